"""Where parcels go and what that costs: zones, rates, and countries that are not served."""

from datetime import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from weintl.money.fields import CurrencyField, MinorUnitsField, MoneyProperty

from .catalogue import base_currency


class ShippingZone(models.Model):
    """Countries to which a parcel costs the same. One of them may be all the others."""

    name = models.CharField(_("name"), max_length=80)
    is_default = models.BooleanField(
        _("all other countries"),
        default=False,
        help_text=_("For every country that is in no other zone."),
    )
    days_from = models.PositiveSmallIntegerField(
        _("working days on the way, from"),
        null=True,
        blank=True,
        help_text=_("Shoppers are told when a parcel arrives. Empty: nothing is said."),
    )
    days_to = models.PositiveSmallIntegerField(
        _("working days on the way, to"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("shipping zone")
        verbose_name_plural = _("shipping zones")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="shipping_zone_one_rest"
            ),
            models.CheckConstraint(
                condition=Q(days_from=None, days_to=None) | Q(days_from__lte=F("days_to")),
                name="shipping_zone_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ZoneCountry(models.Model):
    """A country of a zone; none is in two."""

    zone = models.ForeignKey(
        ShippingZone, models.CASCADE, related_name="places", verbose_name=_("shipping zone")
    )
    country = CountryField(_("country"), unique=True)

    class Meta:
        verbose_name = _("country of a zone")
        verbose_name_plural = _("countries of zones")

    def __str__(self) -> str:
        return f"{self.zone} {self.country}"


class ShippingRateQuerySet(models.QuerySet["ShippingRate"]):
    """Reads of rates."""

    def in_force(self, *, at: datetime) -> "ShippingRateQuerySet":
        """Return the rates whose time includes `at`."""
        return self.filter(effective__contains=at).order_by("pk")

    def to(self, country: str) -> "ShippingRateQuerySet":
        """Return the rates of the country's own zone, or of the zone of all others."""
        own = ZoneCountry.objects.filter(country=country)
        return self.filter(
            Q(zone__in=own.values("zone")) | (Q(zone__is_default=True) & ~models.Exists(own))
        )


class ShippingRate(models.Model):
    """What a parcel to a zone costs: the lightest band that it fits, by the value of its pieces.

    Once an order was placed by it, it is only ended.
    """

    zone = models.ForeignKey(
        ShippingZone, models.PROTECT, related_name="rates", verbose_name=_("shipping zone")
    )
    up_to_grams = models.PositiveIntegerField(
        _("up to (g)"), null=True, blank=True, help_text=_("Empty: of any weight.")
    )
    from_amount = MinorUnitsField(
        _("from pieces worth"), default=0, help_text=_("Before discounts.")
    )
    amount = MinorUnitsField(_("delivery"))
    free_from_amount = MinorUnitsField(
        _("free from pieces worth"), null=True, blank=True, help_text=_("Empty: never free.")
    )
    currency = CurrencyField(_("currency"), default=base_currency)
    effective = DateTimeRangeField(_("in force"))

    objects = ShippingRateQuerySet.as_manager()

    price = MoneyProperty("amount")

    class Meta:
        verbose_name = _("shipping rate")
        verbose_name_plural = _("shipping rates")
        constraints = [
            ExclusionConstraint(
                name="shipping_rate_no_overlap",
                expressions=[
                    (F("zone"), RangeOperators.EQUAL),
                    (Coalesce(F("up_to_grams"), Value(-1)), RangeOperators.EQUAL),
                    (F("from_amount"), RangeOperators.EQUAL),
                    (F("currency"), RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0, from_amount__gte=0)
                & (Q(free_from_amount=None) | Q(free_from_amount__gt=0)),
                name="shipping_rate_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(effective__isempty=False), name="shipping_rate_time_not_empty"
            ),
        ]

    def __str__(self) -> str:
        weight = f"≤ {self.up_to_grams} g" if self.up_to_grams else "∞"
        return f"{self.zone}, {weight}"


class UnservedCountryQuerySet(models.QuerySet["UnservedCountry"]):
    """Reads of the list."""

    def closed(self) -> "UnservedCountryQuerySet":
        """Return the countries to which nothing is sent now."""
        return self.filter(is_closed=True).order_by("country")


class UnservedCountry(models.Model):
    """A country to which nothing is sent, and what shoppers are told of it."""

    class Kind(models.TextChoices):
        CANNOT = "cannot", _("we cannot: no carrier, no insurance")
        MAY_NOT = "may_not", _("we may not: the law forbids it")

    country = CountryField(_("country"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CANNOT)
    reason = models.CharField(
        _("reason"), max_length=200, blank=True, help_text=_("One sentence, shown to shoppers.")
    )
    is_closed = models.BooleanField(
        _("nothing is sent there"), default=True, help_text=_("Untick it to send there again.")
    )

    objects = UnservedCountryQuerySet.as_manager()

    class Meta:
        verbose_name = _("country not served")
        verbose_name_plural = _("countries not served")

    def __str__(self) -> str:
        return str(self.country.name)  # type: ignore[attr-defined]
