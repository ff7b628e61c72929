"""Fields of the catalogue that exist in each language."""

from modeltranslation.translator import TranslationOptions, register
from simple_history import register as keep_history

from .models import (
    Carrier,
    Category,
    Material,
    Option,
    OptionValue,
    Product,
    SalePrice,
    Shipment,
    ShippingRate,
    ShippingZone,
    TaxRule,
    Technique,
    UnservedCountry,
    Variant,
    Voucher,
)


@register(Category)
class CategoryTranslation(TranslationOptions):
    """Names and address words."""

    fields = ("name", "slug")


@register(Product)
class ProductTranslation(TranslationOptions):
    """All that a shopper reads."""

    fields = (
        "name",
        "slug",
        "by_line",
        "description",
        "made_by",
        "material",
        "size",
        "care",
        "customs_description",
    )


@register(Variant)
class VariantTranslation(TranslationOptions):
    """A variant's own name."""

    fields = ("name",)


@register([Technique, Material, Option, OptionValue])
class TermTranslation(TranslationOptions):
    """Names of controlled lists."""

    fields = ("name",)


@register(UnservedCountry)
class UnservedCountryTranslation(TranslationOptions):
    """Why nothing is sent there."""

    fields = ("reason",)


@register(Carrier)
class CarrierTranslation(TranslationOptions):
    """What buyers call it."""

    fields = ("name",)


@register(TaxRule)
class TaxRuleTranslation(TranslationOptions):
    """What shoppers call it."""

    fields = ("name",)


# After the translation, so that history has each language's columns.
for model in (Category, Product, Variant, Technique, Material, Option, OptionValue, SalePrice):
    keep_history(model, app=__package__)
for kept in (ShippingZone, ShippingRate, UnservedCountry, TaxRule, Carrier, Shipment):
    keep_history(kept, app=__package__)
# How often it was used is no edit.
keep_history(Voucher, app=__package__, excluded_fields=["uses"])
