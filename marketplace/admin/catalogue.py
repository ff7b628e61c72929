"""Categories, products and variants in the admin."""

from decimal import Decimal
from typing import Any, ClassVar

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

from weintl.history import HistoryAdmin
from weintl.money import exponent
from weintl.rows import Rights, link_to, link_to_list, shown

from .. import publishing, stock
from ..models import Category, Product, ProductPicture, Variant
from .acts import ReceiveForm, new_key, sent

FOLLOW: Any = ["order_list", "rule_list"]


@admin.register(Category)
class CategoryAdmin(HistoryAdmin, TranslationAdmin):
    """Techniques, in the order of the shop."""

    list_display = ["name", "slug", "position"]
    list_editable = ["position"]
    search_fields = ["name_en", "name_es"]
    ordering = ["position", "pk"]
    prepopulated_fields = {"slug_en": ["name_en"], "slug_es": ["name_es"]}


class PictureInline(admin.TabularInline):
    """A product's pictures, the first in front."""

    model = ProductPicture
    fields = ["position", "picture", "small"]
    readonly_fields = ["small"]
    autocomplete_fields = ["picture"]
    ordering = ["position"]
    extra = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductPicture]:
        """Fetch the pictures at once."""
        return super().get_queryset(request).select_related("picture")

    @admin.display(description=_("picture"))
    def small(self, row: ProductPicture) -> SafeString | str:
        """Show it small."""
        small = row.picture.thumbnail if row.pk else None
        if small is None:
            return "–"
        return format_html('<img src="{}" alt="{}" width="64">', small.url, row.picture.alt)


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
    fields = ["sku", "name", "price_amount", "is_active", "position", "pieces"]
    readonly_fields = ["shown_price", "pieces"]
    show_change_link = True
    extra = 0
    min_num = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variant]:
        """Fetch the counters at once."""
        return super().get_queryset(request).select_related("stock", "product")

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


@admin.register(Product)
class ProductAdmin(Rights, HistoryAdmin, TranslationAdmin):
    """Products. They go into the shop by an act that looks at what is missing."""

    list_display = ["name", "code", "shown_price", "free", "is_published", "category"]
    list_display += ["programme_link", "published_at"]
    list_filter = ["is_published", "category", "programme", "is_one_of_a_kind"]
    list_select_related = ["category", "programme"]
    date_hierarchy = "created_at"
    search_fields = ["code", "name_en", "name_es", "variants__sku"]
    search_help_text = _("Name, code or SKU")
    ordering = ["-created_at", "pk"]
    autocomplete_fields = ["programme", "category"]
    prepopulated_fields = {"slug_en": ["name_en"], "slug_es": ["name_es"]}
    inlines = [VariantInline, PictureInline]
    needs: ClassVar = {
        "order_list": "marketplace.view_order",
        "rule_list": "partners.view_splitrule",
    }
    actions = ["publish", "withdraw"]
    fieldsets = [
        (None, {"fields": ["code", "category", "programme", "is_one_of_a_kind", "standing"]}),
        (_("Follow it"), {"fields": FOLLOW}),
        (_("Texts"), {"fields": ["name", "slug", "by_line", "description", "made_by"]}),
        (_("Facts"), {"fields": ["material", "size", "care"]}),
    ]

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:
        """Store texts and facts; no form, nor a return to former ones, puts it into the shop."""
        if change:
            now = Product.objects.get(pk=obj.pk)
            obj.is_published, obj.published_at = now.is_published, now.published_at
        super().save_model(request, obj, form, change)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Add price and free pieces to the rows that are shown."""
        rows: Any = super().get_queryset(request)
        return rows.with_price()

    @admin.display(description=_("price"), ordering="price_amount")
    def shown_price(self, product: Product) -> str:
        """Write the first variant's price."""
        return shown(product.price)

    @admin.display(description=_("free"), ordering="free")
    def free(self, product: Any) -> int:
        """Return how many pieces may be sold."""
        return product.free

    @admin.display(description=_("programme"), ordering="programme__name")
    def programme_link(self, product: Product) -> str:
        """Lead to the programme."""
        return link_to(product.programme)

    @admin.display(description=_("orders"))
    def order_list(self, product: Product) -> str:
        """Lead to the orders of it."""
        return link_to_list("marketplace_order", _("Show"), lines__variant__product=product.pk)

    @admin.display(description=_("split rules"))
    def rule_list(self, product: Product) -> str:
        """Lead to the rules of its programme."""
        words = _("Show")
        return link_to_list("partners_splitrule", words, programme__id__exact=product.programme_id)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Fix the code once rules may name it."""
        return ["standing", *FOLLOW, "code"] if obj else ["standing"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Lead on from a product that is there."""
        found = super().get_fieldsets(request, obj)
        return found if obj else [each for each in found if FOLLOW[0] not in each[1]["fields"]]

    @admin.display(description=_("shop"))
    def standing(self, product: Product) -> SafeString | str:
        """Say whether it is in the shop, or what keeps it out."""
        if product.pk is None:
            return _("Save it first, then publish it from the list.")
        if product.is_published:
            return format_html(
                '<a href="{}">{}</a>', product.get_absolute_url(), _("In the shop: see its page")
            )
        lacking = publishing.missing(product, now=timezone.now())
        return " ".join(lacking) or str(_("Ready: publish it from the list."))

    @admin.action(description=_("Put into the shop"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        """Publish what is complete; say of the rest what is missing."""
        now = timezone.now()
        for product in queryset.select_related("programme__partner").order_by("pk"):
            try:
                publishing.publish(product=product, now=now)
            except publishing.NotReady as error:
                self.message_user(request, f"{product}: {error}", messages.ERROR)
                continue
            self.message_user(request, _("%s is in the shop.") % product, messages.SUCCESS)
            for warning in publishing.warnings(product, now=now):
                self.message_user(request, warning, messages.WARNING)

    @admin.action(description=_("Take out of the shop"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        """Take out; orders and books keep it."""
        for product in queryset.order_by("pk"):
            publishing.withdraw(product=product)
        self.message_user(request, _("Done. Orders and books keep them."), messages.SUCCESS)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse once published: orders and split rules name it."""
        if obj is not None and obj.published_at is not None:
            return False
        return super().has_delete_permission(request, obj)


@admin.register(Variant)
class VariantAdmin(Priced, HistoryAdmin, TranslationAdmin):
    """Variants, with the form by which pieces come onto the shelf."""

    list_display = ["sku", "product_link", "shown_price", "is_active", "pieces"]
    list_filter = ["is_active", "product__category", "product__programme"]
    list_select_related = ["product", "stock"]
    search_fields = ["sku", "product__name_en", "product__name_es"]
    ordering = ["sku"]
    autocomplete_fields = ["product"]
    search_help_text = _("SKU or product")
    fields = ["product", "sku", "name", "price_amount", "is_active", "position"]
    fields += ["pieces", "moves_link"]
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

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Take it off sale instead: moves and orders name it."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Add the delivery form."""
        view = self.admin_site.admin_view(self.receive_view)
        name = "marketplace_variant_receive"
        return [path("<int:pk>/receive/", view, name=name), *super().get_urls()]

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
            given = form.cleaned_data
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
            return HttpResponseRedirect(back)
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
