"""Taxes on sales, by country and region."""

from datetime import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField


class TaxRuleQuerySet(models.QuerySet["TaxRule"]):
    """Reads of rules."""

    def in_force(self, *, at: datetime) -> "TaxRuleQuerySet":
        """Return the rules whose time includes `at`."""
        return self.filter(effective__contains=at).order_by("pk")

    def for_place(self, country: str, region: str) -> "TaxRuleQuerySet":
        """Return the rules of a place, the region's own first."""
        return self.filter(country=country, region__in={"", region}).order_by("-region", "pk")


class TaxRule(models.Model):
    """A tax of one place on pieces, delivery or both. The region's rule goes before its country's.

    Once an order was placed by it, it is only ended.
    """

    name = models.CharField(_("name"), max_length=60, help_text=_("As shoppers know it: VAT."))
    country = CountryField(_("country"))
    region = models.CharField(
        _("state or province"),
        max_length=120,
        blank=True,
        help_text=_("As on a parcel, such as WI. Empty: the whole country."),
    )
    rate_ppm = models.PositiveIntegerField(_("rate, in ppm"))
    is_inclusive = models.BooleanField(
        _("prices include it"),
        default=False,
        help_text=_("Ticked: what is shown stays what is paid. Else it comes on top."),
    )
    on_goods = models.BooleanField(_("on pieces"), default=True)
    on_shipping = models.BooleanField(_("on delivery"), default=False)
    effective = DateTimeRangeField(_("in force"))

    objects = TaxRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("tax rule")
        verbose_name_plural = _("tax rules")
        constraints = [
            *(
                ExclusionConstraint(
                    name=f"tax_rule_no_overlap_{what}",
                    expressions=[
                        (F("country"), RangeOperators.EQUAL),
                        (F("region"), RangeOperators.EQUAL),
                        ("effective", RangeOperators.OVERLAPS),
                    ],
                    condition=Q(**{what: True}),
                )
                for what in ("on_goods", "on_shipping")
            ),
            models.CheckConstraint(condition=Q(rate_ppm__lte=1_000_000), name="tax_rule_rate"),
            models.CheckConstraint(
                condition=Q(on_goods=True) | Q(on_shipping=True), name="tax_rule_on_something"
            ),
            models.CheckConstraint(
                condition=Q(effective__isempty=False), name="tax_rule_time_not_empty"
            ),
        ]

    def __str__(self) -> str:
        place = f"{self.country}-{self.region}" if self.region else str(self.country)
        return f"{place} {self.name}"
