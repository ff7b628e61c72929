"""Campaigns in the admin: texts, days, goal; what has come is read, never typed."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from weintl.history import HistoryAdmin
from weintl.rows import Rights, link, link_to_list, shown

from ..models import Campaign, CampaignUpdate

FOLLOW = ["page_link", "shown_raised", "gift_count", "gift_list"]
# Addresses under the give page that are no campaign's.
TAKEN = {"mail", "on"}
# Said in both languages before anybody reads it.
SAID = ("name", "slug", "summary")


class CampaignForm(ModelForm):
    """A campaign; published only in both languages, with days in their order."""

    def clean(self) -> dict[str, Any]:
        """Say which box is missing, or that the last day lies before the first."""
        data = super().clean() or {}
        if data.get("is_published"):
            has_story = data.get("story_en") or data.get("story_es")
            _say_missing(self, data, (*SAID, "story") if has_story else SAID)
        for language in ("en", "es"):
            if data.get(f"slug_{language}") in TAKEN:
                self.add_error(f"slug_{language}", _("This word has another page: choose another."))
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day lies before the first."))
        if "goal_amount" in data and data["goal_amount"] == 0:
            self.add_error("goal_amount", _("Enter an amount above zero."))
        return data


class UpdateForm(ModelForm):
    """What happened; told only in both languages."""

    def clean(self) -> dict[str, Any]:
        """Say which box is missing."""
        data = super().clean() or {}
        if data.get("is_published"):
            _say_missing(self, data, ("title", "text"))
        return data


def _say_missing(form: ModelForm, data: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        for language in ("en", "es"):
            box = f"{name}_{language}"
            if not data.get(box) and box in form.fields and box not in form.errors:
                form.add_error(box, _("Needed in both languages before it is published."))


class UpdateInline(TranslationStackedInline):
    """What happened, newest first."""

    model = CampaignUpdate
    form = UpdateForm
    extra = 0
    fields = ["day", "title", "text", "picture", "is_published"]
    autocomplete_fields = ["picture"]
    ordering = ["-day", "-pk"]


@admin.register(Campaign)
class CampaignAdmin(Rights, HistoryAdmin, TranslationAdmin):
    """Campaigns with their updates. One that took gifts keeps its fund; none is deleted."""

    form = CampaignForm
    list_display = ["name", "shown_standing", "shown_goal", "shown_raised", "gift_count", "fund"]
    list_display += ["starts_on", "ends_on", "is_published"]
    list_filter = ["is_published", "fund"]
    list_select_related = ["fund", "tally"]
    search_fields = ["name_en", "name_es", "summary_en", "summary_es"]
    search_help_text = _("Name or summary")
    date_hierarchy = "starts_on"
    ordering = ["-starts_on", "-pk"]
    autocomplete_fields = ["picture"]
    prepopulated_fields = {"slug_en": ["name_en"], "slug_es": ["name_es"]}
    fieldsets = [
        (None, {"fields": ["name", "slug", "is_published"]}),
        (_("Goal"), {"fields": ["fund", "goal_amount", "starts_on", "ends_on"]}),
        (_("Texts"), {"fields": ["summary", "story", "picture"]}),
    ]
    inlines = [UpdateInline]
    needs: ClassVar = {"gift_list": "donations.view_gift"}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        """Fetch fund and tally in the same row."""
        return super().get_queryset(request).select_related("fund", "tally")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Fix the fund once gifts may be in it."""
        return ["fund", *FOLLOW] if obj else []

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Lead on from a campaign that is there."""
        found = super().get_fieldsets(request, obj)
        follow = [name for name in FOLLOW if self._may_see(request, name)]
        return [*found, (_("Follow it"), {"fields": follow})] if obj else found

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Take it off the site instead: its gifts name it."""
        return False

    @admin.display(description=_("stands"))
    def shown_standing(self, campaign: Campaign) -> Any:
        """Say whether it is to come, runs or has ended."""
        return Campaign.Standing(campaign.standing(today=localdate())).label

    @admin.display(description=_("goal"), ordering="goal_amount")
    def shown_goal(self, campaign: Campaign) -> str:
        """Write the goal."""
        return shown(campaign.goal)

    @admin.display(description=_("raised"), ordering="tally__raised_amount")
    def shown_raised(self, campaign: Campaign) -> str:
        """Write what has come and stayed."""
        return shown(campaign.raised)

    @admin.display(description=_("gifts"), ordering="tally__gift_count")
    def gift_count(self, campaign: Campaign) -> int:
        """Write of how many gifts."""
        return campaign.gift_count

    @admin.display(description=_("gifts"))
    def gift_list(self, campaign: Campaign) -> str | SafeString:
        """Lead to the campaign's gifts."""
        return link_to_list("donations_gift", _("Show"), campaign__id__exact=campaign.pk)

    @admin.display(description=_("page"))
    def page_link(self, campaign: Campaign) -> str | SafeString:
        """Lead to the public page."""
        if not campaign.is_published:
            return "–"
        return link(campaign.get_absolute_url(), campaign.name)
