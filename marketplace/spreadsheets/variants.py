"""The table of variants: prices, weights, measures, choices, places."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field

from .. import publishing
from ..models import OptionValue, Product, Variant
from .fields import AmountWidget, FlagWidget, ManyField, NumberWidget, OneField, TextField
from .resources import CatalogueResource

MEASURES = ("weight_grams", "width_mm", "length_mm", "depth_mm", "diameter_mm")


def _number(name: str, *, is_optional: bool = True) -> Field:
    return Field(name, name, widget=NumberWidget(is_optional=is_optional))


class VariantResource(CatalogueResource):
    """One row a variant, found by its SKU."""

    KEY = "sku"
    WANTED = ("product",)

    sku = TextField("sku")
    product = OneField(
        "product",
        code=lambda row: str(row.code),
        lacks=gettext_lazy("There is no product with the code “%(code)s”: import products first."),
    )
    choices = ManyField(
        "values",
        column="choices",
        code=lambda row: f"{row.option.code}:{row.code}",
        rows=lambda: OptionValue.objects.select_related("option"),
        lacks=gettext_lazy("There is no choice “%(code)s”. Write it like colour:blue."),
    )
    name_en = TextField("name_en")
    name_es = TextField("name_es")
    price = Field("price_amount", "price", widget=AmountWidget())
    active = Field("is_active", "active", widget=FlagWidget())
    position = _number("position", is_optional=False)
    weight_grams = _number("weight_grams")
    width_mm = _number("width_mm")
    length_mm = _number("length_mm")
    depth_mm = _number("depth_mm")
    diameter_mm = _number("diameter_mm")
    place = TextField("place")
    low_at = _number("low_at")

    class Meta(CatalogueResource.Meta):
        abstract = False
        model = Variant
        import_id_fields = ("sku",)
        fields = (
            "sku", "product", "choices", "name_en", "name_es", "price", "active", "position",
            *MEASURES, "place", "low_at",
        )  # fmt: skip
        import_order = export_order = fields

    def compared(self) -> Any:
        """Read what is compared at once."""
        rows = Variant.objects.select_related("product").prefetch_related("values__option")
        return rows.order_by("product__code", "position", "sku")

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Read the products that the file names."""
        codes = {str(row.get("product") or "").strip() for row in dataset.dict}
        products = Product.objects.filter(code__in=codes)
        self.fields["product"].known = {row.code: row for row in products}

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        """Remember whose variant it was, and what it cost."""
        super().after_init_instance(instance, new, row, **kwargs)
        instance.__dict__["_was_of"] = instance.product_id

    def refusals(self, instance: Variant) -> Iterable[tuple[str, str]]:
        """Refuse what the database would refuse, in words."""
        was_of = instance.__dict__["_was_of"]
        if was_of and instance.product_id and was_of != instance.product_id:
            yield "product", _("A variant stays with its product.")
        if instance.currency != settings.BASE_CURRENCY:
            yield "price_amount", _("Its price is in another currency than the shop's.")
        if instance.price_amount == 0:
            yield "price_amount", _("A price is above zero.")
        for name in MEASURES:
            if getattr(instance, name) == 0:
                yield name, _("A weight or a measure is above zero, or empty.")
        chosen = instance.__dict__.get("_wanted_values", [])
        if len({value.option_id for value in chosen}) < len(chosen):
            yield "values", _("Choose one of each option only.")

    def after_rows(self, changed: list[tuple[int, Any]]) -> Iterable[tuple[int, str, str]]:
        """Refuse to leave a product of the shop without a price or a weight."""
        places: dict[int, int] = {}
        for place, row in changed:
            places.setdefault(row.product_id, place)
        shown = Product.objects.filter(pk__in=places, is_published=True).order_by("pk")
        rows = Variant.objects.filter(product__in=shown, is_active=True).order_by("position", "pk")
        active: dict[int, list[Variant]] = {}
        for row in rows.prefetch_related("values"):
            active.setdefault(row.product_id, []).append(row)
        for product in shown:
            variants = active.get(product.pk, [])
            if not variants:
                words = _("Its product %(code)s is in the shop and would have nothing to buy.")
                yield places[product.pk], "active", words % {"code": product.code}
            for words in publishing.missing_of_variants(variants):
                yield places[product.pk], "", words
