"""Campaigns: what gifts are asked for together, until when, and how far it has come."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from weintl.media.words import refuse_figures
from weintl.money import Money
from weintl.money.fields import CurrencyField, MinorUnitsField, MoneyProperty, base_currency

from .gifts import Fund


class CampaignQuerySet(models.QuerySet["Campaign"]):
    """Reads of campaigns."""

    def public(self) -> "CampaignQuerySet":
        """Return the campaigns that the site may show, ended ones too."""
        return self.filter(is_published=True)

    def listed(self, *, today: date) -> "CampaignQuerySet":
        """Return those that run or are to come, as the give page lists them."""
        running = Q(ends_on=None) | Q(ends_on__gte=today)
        return self.public().filter(running).order_by("starts_on", "pk")

    def at(self, slug: str) -> "CampaignQuerySet":
        """Return the campaign at `slug`, of either language: a link may have been passed on."""
        return self.filter(Q(slug_en=slug) | Q(slug_es=slug))

    def for_page(self) -> "CampaignQuerySet":
        """Return campaigns with all that their pages show in the same row."""
        return self.select_related("fund", "tally", "picture__consent")


class Campaign(models.Model):
    """A goal for one fund, with its days. Its gifts are in its currency, by a foreign key."""

    class Standing(models.TextChoices):
        UPCOMING = "upcoming", _("not begun yet")
        RUNNING = "running", _("running")
        ENDED = "ended", _("ended")

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address word"), max_length=80)
    summary = models.CharField(
        _("summary"),
        max_length=300,
        validators=[refuse_figures],
        help_text=_("One sentence. The goal stands beside it; other figures need a source."),
    )
    story = models.TextField(_("story"), blank=True, max_length=6000, validators=[refuse_figures])
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="campaigns", verbose_name=_("fund"))
    currency = CurrencyField(_("currency"), default=base_currency)
    goal_amount = MinorUnitsField(_("goal"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Empty: it has no end.")
    )
    picture = models.ForeignKey(
        "media.Picture",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    is_published = models.BooleanField(_("published"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    goal = MoneyProperty("goal_amount")

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints = [
            models.UniqueConstraint(fields=["slug_en"], name="campaign_slug_en_once"),
            models.UniqueConstraint(fields=["slug_es"], name="campaign_slug_es_once"),
            models.CheckConstraint(condition=Q(goal_amount__gt=0), name="campaign_has_goal"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="campaign_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(is_published=False)
                # A null is neither empty nor more, and a check that knows nothing lets pass.
                | Q(
                    name_en__isnull=False,
                    name_es__isnull=False,
                    slug_en__isnull=False,
                    slug_es__isnull=False,
                    summary_en__isnull=False,
                    summary_es__isnull=False,
                    name_en__gt="",
                    name_es__gt="",
                    slug_en__gt="",
                    slug_es__gt="",
                    summary_en__gt="",
                    summary_es__gt="",
                ),
                name="campaign_published_in_each_language",
            ),
            models.CheckConstraint(
                condition=Q(is_published=False)
                | Q(
                    story_en__gt="", story_es__gt="", story_en__isnull=False, story_es__isnull=False
                )
                | (Q(story_en="") | Q(story_en=None)) & (Q(story_es="") | Q(story_es=None)),
                name="campaign_story_in_each_language_or_none",
            ),
        ]
        indexes = [
            models.Index(
                fields=["starts_on"], condition=Q(is_published=True), name="campaign_shown"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the campaign's page in the active language."""
        return reverse("donations:campaign", args=[self.slug])

    def standing(self, *, today: date) -> str:
        """Say whether it is to come, runs or has ended on `today`."""
        if today < self.starts_on:
            return self.Standing.UPCOMING
        if self.ends_on is not None and today > self.ends_on:
            return self.Standing.ENDED
        return self.Standing.RUNNING

    @property
    def raised(self) -> Money:
        """Return what has come and stayed; reads its tally."""
        tally = getattr(self, "tally", None)
        return Money(tally.raised_amount if tally else 0, self.currency)

    @property
    def gift_count(self) -> int:
        """Return of how many gifts; reads its tally."""
        tally = getattr(self, "tally", None)
        return tally.gift_count if tally else 0


class CampaignUpdate(models.Model):
    """What happened in a campaign, told on its page."""

    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="updates", verbose_name=_("campaign")
    )
    day = models.DateField(_("day"))
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), max_length=3000, validators=[refuse_figures])
    picture = models.ForeignKey(
        "media.Picture",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    is_published = models.BooleanField(_("published"), default=True)

    class Meta:
        verbose_name = _("update of a campaign")
        verbose_name_plural = _("updates of campaigns")
        indexes = [models.Index(fields=["campaign", "-day", "-id"], name="campaign_update_newest")]

    def __str__(self) -> str:
        return self.title


class CampaignTally(models.Model):
    """What a campaign's gifts come to now. Triggers on the gifts keep it; nothing else writes it.

    So a page reads one row, whatever the number of gifts.
    """

    campaign = models.OneToOneField(
        Campaign, models.PROTECT, primary_key=True, related_name="tally"
    )
    raised_amount = MinorUnitsField(_("raised"), default=0)
    gift_count = models.PositiveIntegerField(_("gifts"), default=0)

    class Meta:
        default_permissions = ()
        verbose_name = _("tally of a campaign")
        verbose_name_plural = _("tallies of campaigns")

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.raised_amount}"
