"""Fields of the organisation that exist in each language."""

from modeltranslation.translator import TranslationOptions, register

from .models import Organisation


@register(Organisation)
class OrganisationTranslation(TranslationOptions):
    """What readers are told about us."""

    fields = ("mission", "shop_note", "gifts_note", "tax_status")
