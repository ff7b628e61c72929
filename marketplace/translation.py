"""Fields of the catalogue that exist in each language."""

from django.conf import settings
from modeltranslation.translator import TranslationOptions, register
from simple_history import register as keep_history

from .models import Category, Material, Option, OptionValue, Product, SalePrice, Technique, Variant


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
        "keywords",
    )


@register(Variant)
class VariantTranslation(TranslationOptions):
    """A variant's own name."""

    fields = ("name",)


@register([Technique, Material, Option, OptionValue])
class TermTranslation(TranslationOptions):
    """Names of controlled lists."""

    fields = ("name",)


# Written by the database alone: a return to a former state must not bring them back.
DERIVED = ["listed_amount", "keywords", *(f"keywords_{code}" for code, _name in settings.LANGUAGES)]

# After the translation, so that history has each language's columns.
for model in (Category, Variant, Technique, Material, Option, OptionValue, SalePrice):
    keep_history(model, app=__package__)
keep_history(Product, app=__package__, excluded_fields=DERIVED)
