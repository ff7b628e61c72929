"""Variants in the admin: price, measures, sale prices, and pieces for the shelf."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline

from weintl.accounts.freshness import fresh_sign_in
from weintl.history import HistoryAdmin
from weintl.money import exponent
from weintl.rows import link_to, link_to_list, shown

from .. import publishing, stock
from ..models import SalePrice, Unit, Variant
from .acts import ReceiveForm, new_key, sent


class VariantForm(forms.ModelForm):  # type: ignore[type-arg]
    """Asks in words for what the database would refuse."""

    def clean(self) -> dict[str, Any]:
        """One choice of each option, and a weight for what the shop shows."""
        data = super().clean() or {}
        options = [value.option_id for value in data.get("values") or []]
        if len(options) != len(set(options)):
            self.add_error("values", _("Choose one of each option only."))
        product = data.get("product") or (self.instance.product_id and self.instance.product)
        is_shown = bool(product) and product.is_published and data.get("is_active", True)
        has_weight = data.get("weight_grams", self.instance.weight_grams)
        if is_shown and not has_weight and "weight_grams" in self.fields:
            self.add_error("weight_grams", _("Its product is in the shop: type the weight."))
        return data


class Priced:
    """A variant's price: typed above zero, and written as an amount for who only reads."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show the amount where it cannot be typed."""
        found = super().get_fieldsets(request, obj)  # type: ignore[misc]
        if self.has_change_permission(request, obj):  # type: ignore[attr-defined]
            return found
        written = {"price_amount": "shown_price"}
        return [
            (title, {**options, "fields": [written.get(name, name) for name in options["fields"]]})
            for title, options in found
        ]

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Ask for a price of one cent at least."""
        if db_field.name == "price_amount":
            kwargs["min_value"] = Decimal(1).scaleb(-exponent(settings.BASE_CURRENCY))
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]

    @admin.display(description=_("price"), ordering="price_amount")
    def shown_price(self, variant: Variant) -> str:
        """Write the price."""
        return shown(variant.price) if variant.pk else "–"


class VariantInline(Priced, TranslationTabularInline):
    """What is priced; a plain product has exactly one."""

    model = Variant
    form = VariantForm
    fields = ["sku", "values", "name", "price_amount", "weight_grams", "is_active", "position"]
    fields += ["pieces"]
    autocomplete_fields = ["values"]
    readonly_fields = ["shown_price", "pieces"]
    show_change_link = True
    extra = 0
    min_num = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variant]:
        """Fetch the counters at once."""
        rows = super().get_queryset(request).select_related("stock", "product")
        return rows.prefetch_related("values__option")

    @admin.display(description=_("free"))
    def pieces(self, variant: Variant) -> SafeString | str:
        """Write how many are free, and lead to the delivery form."""
        return on_shelf(variant)


def on_shelf(variant: Variant) -> SafeString | str:
    """Write how many pieces are free, with the way to receive more."""
    if variant.pk is None:
        return "–"
    row = getattr(variant, "stock", None)
    return format_html(
        '{} · <a href="{}">{}</a>',
        row.free if row else 0,
        reverse("admin:marketplace_variant_receive", args=[variant.pk]),
        _("Receive pieces"),
    )


class SaleInline(Priced, admin.TabularInline):
    """Prices for a time. Two never share a day: the database refuses it."""

    model = SalePrice
    fields = ["price_amount", "starts_at", "ends_at"]
    readonly_fields = ["shown_price"]
    ordering = ["-starts_at"]
    extra = 0


@admin.register(Variant)
class VariantAdmin(Priced, HistoryAdmin, TranslationAdmin):
    """Variants, with the form by which pieces come onto the shelf."""

    form = VariantForm
    change_list_template = "marketplace/admin/product_list.html"
    inlines = [SaleInline]
    list_display = ["sku", "product_link", "name", "shown_price", "weight_grams", "is_active"]
    list_display += ["pieces"]
    list_filter = ["is_active", "product__category", "product__programme", "place"]
    list_select_related = ["product", "stock"]
    search_fields = ["sku", "product__name_en", "product__name_es"]
    ordering = ["sku"]
    autocomplete_fields = ["product", "values"]
    search_help_text = _("SKU or product")
    fieldsets = [
        (None, {"fields": ["product", "sku", "values", "name", "is_active", "position"]}),
        (
            _("Price and shelf"),
            {"fields": ["price_amount", "pieces", "moves_link", "place", "low_at"]},
        ),
        (
            _("Weight and measures"),
            {"fields": ["weight_grams", "width_mm", "length_mm", "depth_mm", "diameter_mm"]},
        ),
    ]
    readonly_fields = ["shown_price", "pieces", "moves_link"]

    @admin.display(description=_("product"), ordering="product__name")
    def product_link(self, variant: Variant) -> str:
        """Link the product."""
        return link_to(variant.product)

    @admin.display(description=_("free"))
    def pieces(self, variant: Variant) -> SafeString | str:
        """Write how many are free."""
        return on_shelf(variant)

    @admin.display(description=_("stock moves"))
    def moves_link(self, variant: Variant) -> str:
        """Lead to every change of its counters."""
        if variant.pk is None:
            return "–"
        return link_to_list("marketplace_stockmove", _("Show"), variant__id__exact=variant.pk)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Store choices and sale prices; say which price would leave the shop a loss."""
        super().save_related(request, form, formsets, change)
        for warning in publishing.warnings(form.instance.product, now=timezone.now()):
            self.message_user(request, warning, messages.WARNING)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Take it off sale instead: moves and orders name it."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Add the delivery form."""
        view = self.admin_site.admin_view(self.receive_view)
        name = "marketplace_variant_receive"
        return [path("<int:pk>/receive/", view, name=name), *super().get_urls()]

    @fresh_sign_in
    def _pay_for(
        self, request: HttpRequest, variant: Variant, given: dict[str, Any]
    ) -> HttpResponse:
        """Take in what books money as paid to makers: a fresh proof of who it is comes first."""
        return self._take_in(request, variant, given)

    def _take_in(
        self, request: HttpRequest, variant: Variant, given: dict[str, Any]
    ) -> HttpResponse:
        stock.receive(
            variant=variant,
            unit_cost=given["unit_cost"] or 0,
            source_key=given["key"],
            actor=request.user,
            now=timezone.now(),
            **{given["supply"]: given["quantity"]},
        )
        self.message_user(
            request, _("%d pieces are on the shelf.") % given["quantity"], messages.SUCCESS
        )
        return HttpResponseRedirect(reverse("admin:marketplace_variant_change", args=[variant.pk]))

    def receive_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take in a delivery."""
        if not request.user.has_perm("marketplace.change_stock"):
            raise PermissionDenied
        variant: Variant = get_object_or_404(
            Variant.objects.select_related("product__programme"), pk=pk
        )
        form = ReceiveForm(sent(request), initial={"key": new_key()})
        back = reverse("admin:marketplace_variant_change", args=[pk])
        if request.method == "POST" and form.is_valid():
            is_bought = form.cleaned_data["supply"] == Unit.Supply.OWNED
            take_in = self._pay_for if is_bought else self._take_in
            return take_in(request, variant, form.cleaned_data)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Receive pieces"),
            "opts": self.opts,
            "row": variant,
            "back": back,
            "form": form,
            "words": str(variant.title),
        }
        return TemplateResponse(request, "marketplace/admin/act.html", context)
