"""Fields of partners and programmes that exist in each language."""

from modeltranslation.translator import TranslationOptions, register
from simple_history import register as keep_history

from .models import Agreement, DueDiligence, Partner, Programme, SplitRule


@register(Partner)
class PartnerTranslation(TranslationOptions):
    """Names are proper names and stay."""

    fields = ("summary", "story")


@register(Programme)
class ProgrammeTranslation(TranslationOptions):
    """A programme's name is said in the reader's language."""

    fields = ("name", "slug", "summary", "story", "makes", "region", "makers")


# After the translation, so that history has each language's columns.
for model in (Partner, Programme, SplitRule, DueDiligence, Agreement):
    keep_history(model, app=__package__)
