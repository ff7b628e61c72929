"""Fields of partners and programmes that exist in each language."""

from modeltranslation.translator import TranslationOptions, register

from .models import Partner, Programme


@register(Partner)
class PartnerTranslation(TranslationOptions):
    """Names are proper names and stay."""

    fields = ("summary", "story")


@register(Programme)
class ProgrammeTranslation(TranslationOptions):
    """A programme's name is said in the reader's language."""

    fields = ("name", "slug", "summary", "story", "makers")
