"""Fields of funds that exist in each language."""

from modeltranslation.translator import TranslationOptions, register

from .models import Fund


@register(Fund)
class FundTranslation(TranslationOptions):
    """What the give page says."""

    fields = ("name", "hint")
