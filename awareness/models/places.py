"""Regions and the countries that the founding text names: where to read and call, no ranking."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from awareness import figures
from awareness.fields import SourcedTextField
from partners.models import Programme

from .facts import Statistic
from .helplines import Helpline


def _figures(column: str) -> ArraySubquery:
    """Return {key, counts_what, data_year} of the public figures whose geography meets `column`."""
    language = get_language() or "en"
    shown = Statistic.objects.public().filter(geography__overlap=OuterRef(column))
    return ArraySubquery(
        # Named in `annotate`: `values` with expressions alone adds all translated columns.
        shown.annotate(
            row=JSONObject(
                key=F("key"),
                counts_what=F(f"counts_what_{language}"),
                data_year=F(f"data_year_{language}"),
            )
        ).values("row")
    )


class RegionQuerySet(models.QuerySet["Region"]):
    """Reads of regions."""

    def with_countries(self) -> QuerySet[Any, Any]:
        """Return a dict for each country with its region; a region without one has one too.

        `figures` and `country_figures` are [{key, counts_what, data_year}], `lines` names of
        helplines, `programmes` [{name, slug, at}]: what readers may see, all in one query.
        """
        language = get_language() or "en"
        lines = Helpline.objects.public().filter(country=OuterRef("countries__code"))
        programmes = (
            Programme.objects.public()
            .filter(country=OuterRef("countries__code"))
            .annotate(
                row=JSONObject(
                    name=F(f"name_{language}"), slug=F(f"slug_{language}"), at=F("partner__slug")
                )
            )
        )
        return (
            self.annotate(
                figures=_figures("geographies"),
                country_figures=_figures("countries__geographies"),
                lines=ArraySubquery(lines.values("name")),
                programmes=ArraySubquery(programmes.values("row")),
            )
            .order_by("position", "pk", "countries__position", "countries__pk")
            .values(
                "key", "figures", "country_figures", "lines", "programmes",
                "countries__code", "countries__role",
                *(
                    f"{place}{column}_{code}"
                    for place in ("", "countries__")
                    for column in ("name", "note")
                    for code in {language, "en"}
                ),
            )
        )  # fmt: skip


class Region(models.Model):
    """A region as the estimates of forced labour divide the world."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveIntegerField(_("position"), default=0)
    geographies = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("geography of figures"),
        default=list,
        blank=True,
        help_text=_("Figures with one of these as their geography are linked."),
    )
    note = SourcedTextField(_("note"), blank=True, validators=[figures.refuse_tokens])

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Country(models.Model):
    """A country that the founding text names, and in what role."""

    class Role(models.TextChoices):
        MOST_SEVERE = "most-severe", _("among the regions with “the most severe problems”")
        DESTINATION = "destination", _("as a destination")
        TRANSIT = "transit", _("as a place of transit")

    code = models.CharField(
        _("code"), max_length=2, unique=True, validators=[RegexValidator(r"^[A-Z]{2}\Z")]
    )
    name = models.CharField(_("name"), max_length=80)
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="countries", verbose_name=_("region")
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    role = models.CharField(_("role in the founding text"), max_length=12, choices=Role)
    seed_refs = ArrayField(
        models.CharField(max_length=4),
        verbose_name=_("paragraphs of the founding text"),
        default=list,
        blank=True,
    )
    geographies = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("geography of figures"),
        default=list,
        blank=True,
        help_text=_("Figures with one of these as their geography are linked."),
    )
    note = SourcedTextField(_("note"), blank=True, validators=[figures.refuse_tokens])

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
