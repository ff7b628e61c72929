"""Products in the admin."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from weintl.history import HistoryAdmin
from weintl.rows import Rights, link_to, link_to_list, shown

from .. import new_pictures, publishing
from ..models import Product, ProductPicture
from ..models.catalogue import WANTED
from .new_pictures import NEEDED, NewPictures
from .variants import VariantInline

FOLLOW: Any = ["order_list", "rule_list"]


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


class UntranslatedFilter(admin.SimpleListFilter):
    """Products that lack a text in one language."""

    title = _("texts missing")
    parameter_name = "untranslated"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the languages."""
        return list(settings.LANGUAGES)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        """Keep products that lack what is wanted, or what another language has."""
        code = self.value()
        if code not in dict(settings.LANGUAGES):
            return queryset
        lacks = Q()
        for name in (*WANTED, *publishing.OPTIONAL):
            empty = Q(**{f"{name}_{code}": ""}) | Q(**{f"{name}_{code}": None})
            others = Q()
            for other, _language in settings.LANGUAGES:
                others |= Q(**{f"{name}_{other}__gt": ""})
            lacks |= empty if name in WANTED else empty & others
        return queryset.filter(lacks)


@admin.register(Product)
class ProductAdmin(NewPictures, Rights, HistoryAdmin, TranslationAdmin):
    """Products. They go into the shop by an act that looks at what is missing."""

    change_list_template = "marketplace/admin/product_list.html"
    change_form_template = "marketplace/admin/product_change.html"
    list_display = ["name", "code", "shown_price", "free", "is_published", "category"]
    list_display += ["lacks", "programme_link", "published_at"]
    list_filter = ["is_published", UntranslatedFilter, "category", "technique", "materials"]
    list_filter += ["programme", "is_one_of_a_kind"]
    list_select_related = ["category", "programme"]
    date_hierarchy = "created_at"
    search_fields = ["code", "name_en", "name_es", "variants__sku"]
    search_help_text = _("Name, code or SKU")
    ordering = ["-created_at", "pk"]
    autocomplete_fields = ["programme", "category", "technique", "materials"]
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
        (
            _("Facts"),
            {"fields": ["technique", "materials", "material", "size", "care", "dispatch_days"]},
        ),
        (_("Customs"), {"fields": ["customs_description", "hs_code"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        """Add the pages by which pictures come in."""
        return [*self.picture_urls(), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Lead to pictures that wait for words."""
        product = kwargs.get("obj")
        context["may_add_pictures"] = request.user.has_perms(NEEDED)
        if product is not None:
            context["waiting_pictures"] = new_pictures.waiting(product).count()
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:
        """Store texts and facts; no form, nor a return to former ones, puts it into the shop."""
        if change:
            now = Product.objects.get(pk=obj.pk)
            obj.is_published, obj.published_at = now.is_published, now.published_at
        super().save_model(request, obj, form, change)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Add price and free pieces to the rows that are shown."""
        rows: Any = super().get_queryset(request)
        return rows.with_price(now=timezone.now())

    @admin.display(description=_("price"), ordering="price_amount")
    def shown_price(self, product: Product) -> str:
        """Write what the cheapest variant costs now."""
        return shown(product.price)

    @admin.display(description=_("texts missing"))
    def lacks(self, product: Product) -> SafeString | str:
        """Name the languages in which texts are missing, and which."""
        names = {
            code: ", ".join(publishing.label(name) for name in fields)
            for code, fields in publishing.untranslated(product).items()
        }
        return "; ".join(f"{code}: {fields}" for code, fields in names.items()) or "–"

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
