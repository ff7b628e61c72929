"""Fields of funds and campaigns that exist in each language."""

from modeltranslation.translator import TranslationOptions, register
from simple_history import register as keep_history

from .models import Campaign, CampaignUpdate, Fund, Suggestion


@register(Fund)
class FundTranslation(TranslationOptions):
    """What the give page says."""

    fields = ("name", "hint")


@register(Campaign)
class CampaignTranslation(TranslationOptions):
    """What a campaign's page says, and its address."""

    fields = ("name", "slug", "summary", "story")


@register(CampaignUpdate)
class CampaignUpdateTranslation(TranslationOptions):
    """What an update tells."""

    fields = ("title", "text")


@register(Suggestion)
class SuggestionTranslation(TranslationOptions):
    """What an amount makes possible; its source is quoted as it is called."""

    fields = ("sentence",)


# After the translation, so that history has each language's columns.
for model in (Campaign, CampaignUpdate, Suggestion):
    keep_history(model, app=__package__)
