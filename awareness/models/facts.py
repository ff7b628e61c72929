"""Figures: what they count, who published them, and what they replaced."""

import re
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from weintl.search.documents import Document

is_partial_date = RegexValidator(
    r"^\d{4}(-\d{2}(-\d{2})?)?\Z", _("Write a year, a year and month, or a date.")
)


class Verdict(models.TextChoices):
    """What became of a sentence of the founding text."""

    KEPT = "kept", _("kept")
    CORRECTED = "corrected", _("corrected")
    SUPERSEDED = "superseded", _("replaced by a newer figure")
    RETIRED = "retired", _("retired")
    UNVERIFIED = "unverified", _("no source found")
    OWN_EXPERIENCE = "own-experience", _("our own experience")


class Source(models.Model):
    """A publication that figures are taken from."""

    class Kind(models.TextChoices):
        OFFICIAL = "UN/official", _("official")
        ACADEMIC = "academic", _("academic")
        NGO = "NGO", _("organisation")
        PRESS = "press", _("press")

    key = models.SlugField(_("key"), max_length=60, unique=True)
    publisher = models.CharField(_("publisher"), max_length=160)
    title = models.CharField(_("title"), max_length=250)
    year = models.PositiveSmallIntegerField(_("year"))
    published_on = models.CharField(
        _("published on"), max_length=10, blank=True, validators=[is_partial_date]
    )
    url = models.URLField(_("address"), max_length=400)
    is_url_seen = models.BooleanField(
        _("address was opened"), default=False, help_text=_("Others are not linked.")
    )
    archived_url = models.URLField(_("archived copy"), max_length=400, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    language = models.CharField(_("language"), max_length=8, default="en")
    note = models.TextField(_("internal note"), blank=True)
    accessed_on = models.DateField(_("accessed on"))

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["publisher", "title", "pk"]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.title} ({self.year})"


class StatisticQuerySet(models.QuerySet["Statistic"]):
    """Reads of figures."""

    def public(self) -> "StatisticQuerySet":
        """Return the figures that readers may see: marked so, and with a source."""
        cited = Citation.objects.filter(statistic=OuterRef("pk"))
        return self.filter(models.Exists(cited), is_public=True).order_by("topic", "position", "pk")

    def with_parts(self, *, key: str) -> "StatisticQuerySet":
        """Return the figure with `key` and its parts, each with its whole; one query."""
        return self.filter(Q(key=key) | Q(part_of__key=key)).select_related("part_of")

    def for_display(self, *, today: date) -> "StatisticQuerySet":
        """Add `cited` and `replaced`, lists of dicts, and `under_review`, in the one query."""
        citations = (
            Citation.objects.filter(statistic=OuterRef("pk"))
            .order_by("position", "pk")
            .values(
                row=JSONObject(
                    publisher=F("source__publisher"),
                    title=F("source__title"),
                    year=F("source__year"),
                    url=F("source__url"),
                    is_url_seen=F("source__is_url_seen"),
                    language=F("source__language"),
                    archived_url=F("source__archived_url"),
                    locator=F("locator"),
                )
            )
        )
        claims = (
            SeedClaim.replaced_by.through.objects.filter(statistic=OuterRef("pk"))
            .order_by("seedclaim__key")
            .values(
                row=JSONObject(
                    wording=F("seedclaim__seed_wording"),
                    why_en=F("seedclaim__why_en"),
                    why_es=F("seedclaim__why_es"),
                )
            )
        )
        return self.annotate(
            cited=ArraySubquery(citations),
            replaced=ArraySubquery(claims),
            under_review=ExpressionWrapper(
                Q(review_due__lt=today), output_field=models.BooleanField()
            ),
        )


STATISTIC_WORDS = Document(
    heading=("value_text", "counts_what"), body=("statement", "caveat", "data_year")
)


class Statistic(models.Model):
    """A figure that the site may show, with what it counts, its year and its sources.

    Values are texts, as published; low and high serve charts. Figures of different
    `method_family` are never compared.
    """

    class Topic(models.TextChoices):
        SCALE = "scale", _("How many people")
        FORMS = "forms", _("Forms")
        CHILDREN = "children", _("Children")
        MONEY = "money", _("Money")
        REGIONS = "regions", _("Where it happens")
        LAW = "law", _("Law")
        RESPONSE = "response", _("What governments do")
        SURVIVORS = "survivors", _("People and recovery")
        UNITED_STATES = "united-states", _("United States")

    class Confidence(models.TextChoices):
        SEEN = "seen", _("seen in the publisher's text")
        SECONDARY = "secondary", _("seen in a report about it")

    key = models.SlugField(_("key"), max_length=60, unique=True)
    topic = models.CharField(_("topic"), max_length=16, choices=Topic)
    position = models.PositiveIntegerField(_("position"), default=0)
    value_text = models.CharField(_("value, as shown"), max_length=120)
    value_low = models.DecimalField(
        _("value, low"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    value_high = models.DecimalField(
        _("value, high"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    unit = models.CharField(_("unit"), max_length=40)
    counts_what = models.CharField(_("what it counts"), max_length=250)
    geography = ArrayField(
        models.CharField(max_length=40), verbose_name=_("geography"), default=list, blank=True
    )
    data_year = models.CharField(_("year of the data"), max_length=60)
    published_on = models.CharField(
        _("published on"), max_length=10, blank=True, validators=[is_partial_date]
    )
    method_family = models.CharField(
        _("method"),
        max_length=40,
        help_text=_("Figures of different methods are never compared."),
    )
    statement = models.TextField(_("statement"))
    caveat = models.TextField(_("caveat"), blank=True)
    seed_paragraphs = ArrayField(
        models.CharField(max_length=4),
        verbose_name=_("paragraphs of the founding text"),
        default=list,
        blank=True,
    )
    seed_wording = models.TextField(_("what our earlier page said"), blank=True)
    verdict = models.CharField(_("verdict"), max_length=16, choices=Verdict)
    sources = models.ManyToManyField(Source, through="Citation", related_name="statistics")
    confidence = models.CharField(_("confidence"), max_length=10, choices=Confidence)
    confidence_where = models.TextField(_("where it was seen"), blank=True)
    is_public = models.BooleanField(_("public"), default=False)
    part_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("part of"),
        help_text=_("Two or more parts of one figure make a chart: same method, unit and year."),
    )
    label = models.CharField(
        _("name in the chart"), max_length=40, blank=True, help_text=_("Such as a region.")
    )
    is_listed = models.BooleanField(
        _("listed by itself"), default=True, help_text=_("Off: it stands in its chart only.")
    )
    checked_on = models.DateField(_("checked on"))
    review_due = models.DateField(_("review due"))

    objects = StatisticQuerySet.as_manager()

    class Meta:
        verbose_name = _("statistic")
        verbose_name_plural = _("statistics")
        ordering = ["topic", "position", "pk"]
        indexes = STATISTIC_WORDS.indexes("statistic")
        constraints = [
            models.CheckConstraint(
                condition=Q(review_due__gt=F("checked_on")), name="statistic_review_after_check"
            ),
            models.CheckConstraint(
                condition=Q(part_of__isnull=True) | ~Q(part_of=F("pk")),
                name="statistic_not_its_own_part",
            ),
            models.CheckConstraint(
                condition=Q(part_of__isnull=False) | Q(is_listed=True),
                name="statistic_unlisted_is_a_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value_text} ({self.key})"

    def get_absolute_url(self) -> str:
        """Return the figure's own page in the active language."""
        return reverse("awareness:fact", args=[self.key])

    def clean(self) -> None:
        """Refuse a part that differs in kind from its whole. Raises ValidationError."""
        if self.part_of is None:
            return
        if self.part_of.part_of_id is not None:
            raise ValidationError({"part_of": _("A part has no parts of its own.")})
        for name in ("method_family", "unit", "data_year_en"):
            if getattr(self, name) != getattr(self.part_of, name):
                raise ValidationError(
                    {"part_of": _("A part shares method, unit and year with its whole.")}
                )

    @property
    def value_parts(self) -> tuple[str, str]:
        """Return the value as its number, set large, and the words after it, set small."""
        found = re.match(r"[+]?\d[\d.,\u00a0]*(?:\s?%)?", self.value_text)
        if found is None:
            return self.value_text, ""
        return found.group(), self.value_text[found.end() :].strip()

    @property
    def is_long(self) -> bool:
        """Say whether the number is a phrase, too long to be set large."""
        return len(self.value_parts[0]) > 14

    @property
    def earlier(self) -> list[dict[str, str]]:
        """Return {wording, why} of each earlier sentence that this figure replaced.

        Needs `for_display`.
        """
        language = get_language() or "en"
        rows: list[dict[str, Any]] = getattr(self, "replaced", [])
        return [
            {"wording": row["wording"], "why": row.get(f"why_{language}") or row["why_en"]}
            for row in rows
        ]


class Citation(models.Model):
    """Where in a source a figure stands."""

    statistic = models.ForeignKey(Statistic, models.CASCADE, related_name="citations")
    source = models.ForeignKey(Source, models.PROTECT, related_name="citations")
    locator = models.CharField(_("place in the source"), max_length=200, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["statistic", "source"], name="citation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.statistic_id} – {self.source_id}"


class SeedClaimQuerySet(models.QuerySet["SeedClaim"]):
    """Reads of sentences of the founding text."""

    def for_display(self) -> "SeedClaimQuerySet":
        """Add `replacements`: [{key, counts_what, value_text}] that are public, in one query.

        The order is that of the text.
        """
        language = get_language() or "en"
        through = SeedClaim.replaced_by.through
        shown = (
            through.objects.filter(
                seedclaim=OuterRef("pk"), statistic__in=Statistic.objects.public().order_by()
            )
            .order_by("statistic__position", "statistic")
            .values(
                row=JSONObject(
                    key=F("statistic__key"),
                    counts_what=F(f"statistic__counts_what_{language}"),
                    value_text=F(f"statistic__value_text_{language}"),
                    data_year=F(f"statistic__data_year_{language}"),
                )
            )
        )
        return self.annotate(replacements=ArraySubquery(shown)).order_by("pk")


class SeedClaim(models.Model):
    """A sentence of the founding text, verbatim, and what became of it."""

    key = models.CharField(_("number"), max_length=6, unique=True)
    paragraph = models.CharField(_("paragraph"), max_length=4)
    seed_wording = models.TextField(_("what the earlier page said"))
    wording_in_spanish = models.TextField(
        _("what it said, in Spanish"),
        blank=True,
        help_text=_("A translation for readers; the earlier page was in English only."),
    )
    verdict = models.CharField(_("verdict"), max_length=16, choices=Verdict)
    replaced_by = models.ManyToManyField(
        Statistic, related_name="claims", blank=True, verbose_name=_("replaced by")
    )
    why = models.TextField(_("why"))

    objects = SeedClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("sentence of the founding text")
        verbose_name_plural = _("sentences of the founding text")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.key}: {self.seed_wording[:60]}"
