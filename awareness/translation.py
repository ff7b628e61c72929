"""Fields of awareness that exist in each language, and the history of edits.

History is registered after the translation: registered before, it would not know the
columns of the languages.
"""

import simple_history
from modeltranslation.translator import TranslationOptions, register

from .models import Country, Helpline, Page, Region, Section, SeedClaim, Statistic, Story


@register(Page)
class PageTranslation(TranslationOptions):
    """All that a reader sees, and the address."""

    fields = ("path", "title", "lede", "description", "content_note")
    required_languages = {"en": ("title", "lede")}


@register(Section)
class SectionTranslation(TranslationOptions):
    """Heading and text."""

    fields = ("heading", "body")
    required_languages = ("en",)


@register(Statistic)
class StatisticTranslation(TranslationOptions):
    """A figure is not published in one language only."""

    fields = ("value_text", "counts_what", "data_year", "statement", "caveat", "label")
    required_languages = {
        "en": ("value_text", "counts_what", "data_year", "statement"),
        "es": ("value_text", "counts_what", "data_year", "statement"),
    }


@register(SeedClaim)
class SeedClaimTranslation(TranslationOptions):
    """The reason; the wording stays as it was."""

    fields = ("why",)
    required_languages = ("en", "es")


@register(Helpline)
class HelplineTranslation(TranslationOptions):
    """Help is never published in one language only."""

    fields = (
        "country_name",
        "operator",
        "hours",
        "cost",
        "for_whom",
        "may_share_with_police",
    )
    required_languages = {
        "en": ("country_name", "operator"),
        "es": ("country_name", "operator"),
    }


@register(Region)
class RegionTranslation(TranslationOptions):
    """Name and note."""

    fields = ("name", "note")
    required_languages = {"en": ("name",), "es": ("name",)}


@register(Country)
class CountryTranslation(TranslationOptions):
    """Name and note."""

    fields = ("name", "note")
    required_languages = {"en": ("name",), "es": ("name",)}


@register(Story)
class StoryTranslation(TranslationOptions):
    """A story is published in both languages or not at all; a constraint says so."""

    fields = ("title", "slug", "lede", "content_note", "body")
    required_languages = {"en": ("title", "slug", "lede"), "es": ("title", "slug", "lede")}


for model in (Page, Section, Statistic, Helpline, Region, Country, Story):
    simple_history.register(model, app="awareness")
