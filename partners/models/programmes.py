"""Partners, their programmes, and the rules by which a sale is shared."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.fields.ranges import RangeEndsWith, RangeStartsWith
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F, Q
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from django_countries.fields import CountryField

from weintl.money.fields import CurrencyField, MinorUnitsField, base_currency

from .uses import PROGRAMME_USES, Pillar, Use


class PartnerQuerySet(models.QuerySet["Partner"]):
    """Reads of partners."""

    def public(self) -> "PartnerQuerySet":
        """Return the partners that the site may show."""
        return self.filter(status=Partner.Status.ACTIVE).order_by("name", "pk")


class Partner(models.Model):
    """An organisation that runs programmes. Public: name, country, story; never an address."""

    class Status(models.TextChoices):
        CANDIDATE = "candidate", _("candidate")
        VETTED = "vetted", _("vetted")
        ACTIVE = "active", _("active")
        PAUSED = "paused", _("paused")
        CLOSED = "closed", _("closed")

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address word"), max_length=80, unique=True)
    country = CountryField(_("country"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.CANDIDATE)
    summary = models.CharField(_("summary"), max_length=300)
    story = models.TextField(_("story"), blank=True)
    picture = models.ForeignKey(
        "media.Picture",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    internal_note = models.TextField(_("internal note"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the public page's address in the active language."""
        return reverse("partners:partner", args=[self.slug])


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    """Reads of programmes."""

    def public(self) -> "ProgrammeQuerySet":
        """Return the programmes that the site may show."""
        return self.filter(is_active=True, partner__status=Partner.Status.ACTIVE).order_by(
            "name", "pk"
        )


class Programme(models.Model):
    """What money is attributed to: one partner's work on one pillar in one country."""

    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="programmes", verbose_name=_("partner")
    )
    code = models.SlugField(
        _("code"), max_length=20, unique=True, help_text=_("Stands in the ledger; never changes.")
    )
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address word"), max_length=80)
    pillar = models.CharField(_("pillar"), max_length=10, choices=Pillar)
    country = CountryField(_("country"))
    summary = models.CharField(_("summary"), max_length=300)
    story = models.TextField(_("story"), blank=True)
    makes = models.CharField(
        _("what is made there"),
        max_length=200,
        blank=True,
        help_text=_("Such as “hand-woven scarves and cushion covers”."),
    )
    region = models.CharField(
        _("region"),
        max_length=80,
        blank=True,
        help_text=_("A province or larger. Never a town, never an address."),
    )
    is_region_public = models.BooleanField(
        _("the partner agrees that the region is shown"), default=False
    )
    makers = models.CharField(
        _("makers, as a group"),
        max_length=120,
        blank=True,
        help_text=_("Such as “the weavers of the Tuesday loom”. Never a person's name."),
    )
    picture = models.ForeignKey(
        "media.Picture",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = [
            models.UniqueConstraint(fields=["partner", "slug_en"], name="programme_slug_en_once"),
            models.UniqueConstraint(fields=["partner", "slug_es"], name="programme_slug_es_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the public page's address in the active language."""
        return reverse("partners:programme", args=[self.partner.slug, self.slug])

    @property
    def place(self) -> str:
        """Return where it is, as far as the public may know."""
        country = str(countries.name(str(self.country)))
        return f"{self.region}, {country}" if self.region and self.is_region_public else country


class SplitRuleQuerySet(models.QuerySet["SplitRule"]):
    """Reads of split rules."""

    def in_force(self, *, at: datetime) -> "SplitRuleQuerySet":
        """Return the approved rules whose time includes `at`."""
        return self.filter(approved_at__isnull=False, effective__contains=at).order_by("pk")

    def rows(self) -> "models.QuerySet[SplitRule, dict[str, Any]]":
        """Return each rule as one JSON value, for ArraySubquery beside what it is for.

        `SplitRule.of_row` makes a rule of it again.
        """
        columns = {field.attname: F(field.attname) for field in SplitRule._meta.fields}
        ends = {"lower": RangeStartsWith("effective"), "upper": RangeEndsWith("effective")}
        return self.values(row=JSONObject(**columns, **ends))


class SplitRule(models.Model):
    """How a line sold is shared, for a programme or for one of its products.

    Rates in ppm (millionths); weights of the four uses sum to a million. In force only
    once a second person has approved it; an approved rule is never changed, only ended.
    """

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="rules", verbose_name=_("programme")
    )
    product_code = models.CharField(
        _("product"),
        max_length=40,
        blank=True,
        default="",
        help_text=_("Code of the one product it is for; empty: all of the programme."),
    )
    maker_pay_amount = MinorUnitsField(_("maker pay a piece"))
    currency = CurrencyField(_("currency"), default=base_currency)
    programme_ppm = models.PositiveIntegerField(_("programme's share of the net price, in ppm"))
    long_term_care_ppm = models.PositiveIntegerField(Use.LONG_TERM_CARE.label, default=0)
    education_ppm = models.PositiveIntegerField(Use.EDUCATION.label, default=0)
    medical_psychological_ppm = models.PositiveIntegerField(
        Use.MEDICAL_PSYCHOLOGICAL.label, default=0
    )
    legal_aid_ppm = models.PositiveIntegerField(Use.LEGAL_AID.label, default=0)
    effective = DateTimeRangeField(_("in force"))
    reason = models.CharField(_("reason"), max_length=250, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    is_single_handed = models.BooleanField(
        _("approved by its author"), default=False, editable=False
    )

    objects = SplitRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("split rule")
        verbose_name_plural = _("split rules")
        constraints = [
            ExclusionConstraint(
                name="split_rule_no_overlap",
                expressions=[
                    (F("programme"), RangeOperators.EQUAL),
                    (F("product_code"), RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                ],
                condition=Q(approved_at__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(maker_pay_amount__gte=0), name="split_rule_maker_pay_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(programme_ppm__lte=1_000_000), name="split_rule_share_at_most_all"
            ),
            models.CheckConstraint(
                condition=Q(
                    long_term_care_ppm=1_000_000
                    - F("education_ppm")
                    - F("medical_psychological_ppm")
                    - F("legal_aid_ppm")
                ),
                name="split_rule_uses_sum_to_million",
            ),
            # An empty range would overlap nothing and never apply.
            models.CheckConstraint(
                condition=Q(effective__isempty=False), name="split_rule_time_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="split_rule_approval_has_both",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(is_single_handed=True)
                | ~Q(approved_by=F("created_by")),
                name="split_rule_second_person",
            ),
        ]

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> "SplitRule":
        """Return the rule that `SplitRuleQuerySet.rows` read."""
        ends = (row[end] and datetime.fromisoformat(row[end]) for end in ("lower", "upper"))
        read = {**row, "effective": DateTimeTZRange(*ends)}
        return cls.from_db(
            None,
            [field.attname for field in cls._meta.fields],
            [field.to_python(read[field.attname]) for field in cls._meta.fields],
        )

    def __str__(self) -> str:
        scope = self.product_code or gettext("all products")
        return f"{self.programme.code}: {scope}"

    @property
    def weights(self) -> dict[str, int]:
        """Return {use: ppm} of the four uses of the programme's share."""
        return {use.value: getattr(self, f"{use.value}_ppm") for use in PROGRAMME_USES}
