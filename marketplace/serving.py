"""Where we send, and what a parcel there costs now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from django_countries import countries

from weintl.organisation.models import Organisation

from . import shipping
from .models import ShippingRate, UnservedCountry, ZoneCountry
from .shipping import Band

# A rate as `shipping` knows it.
BAND = JSONObject(
    rate_id=F("pk"),
    amount=F("amount"),
    up_to_grams=F("up_to_grams"),
    from_amount=F("from_amount"),
    free_from=F("free_from_amount"),
)
# Of its zone: whoever reads a product asks for both in one query.
DAYS = JSONObject(days_from=F("zone__days_from"), days_to=F("zone__days_to"))


class NotServed(Exception):
    """Nothing is sent there; `message` says so and why to the shopper."""

    def __init__(self, country: str, reason: str = "") -> None:
        """Name the country."""
        super().__init__(country)
        words = _("We do not send parcels to this country: %s.") % countries.name(country)
        self.message = f"{words} {reason}".strip()


class TooHeavy(Exception):
    """No rate takes so heavy a parcel; `message` says so to the shopper."""

    def __init__(self, country: str) -> None:
        """Name the country."""
        super().__init__(country)
        words = _("This is too heavy for one parcel to %s. Please order in two parts, or write.")
        self.message = words % countries.name(country)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one parcel costs: the rate, and its days on the way where staff know them."""

    rate_id: int
    amount: int
    free_from: int | None
    days: tuple[int, int] | None


def parcel_to(country: str, *, weight: int, goods: int, now: datetime) -> Parcel:
    """Return what a parcel of `weight` grams with pieces of `goods` minor units costs.

    Two queries. Raises NotServed, TooHeavy.
    """
    closed = UnservedCountry.objects.closed().filter(country=country).first()
    if closed is not None:
        raise NotServed(country, closed.reason)
    rates = list(
        ShippingRate.objects.in_force(at=now)
        .to(country)
        .filter(currency=settings.BASE_CURRENCY)
        .select_related("zone")
    )
    if not rates:
        raise NotServed(country)
    try:
        band = shipping.choose(map(_band, rates), weight=weight, goods=goods)
    except shipping.TooHeavy as error:
        raise TooHeavy(country) from error
    zone = rates[0].zone
    days = _days(zone.days_from, zone.days_to)
    return Parcel(band.rate_id, shipping.price(band, goods=goods), band.free_from, days)


def _days(first: int | None, last: int | None) -> tuple[int, int] | None:
    return None if first is None or last is None else (first, last)


def _band(rate: ShippingRate) -> Band:
    return Band(
        rate_id=rate.pk,
        amount=rate.amount,
        up_to_grams=rate.up_to_grams,
        from_amount=rate.from_amount,
        free_from=rate.free_from_amount,
    )


def annotations(country: str, *, now: datetime) -> dict[str, Any]:
    """Return what a page adds to its own query of variants, so that it asks nothing more.

    `bands`: the rates to `country`, and `days` on the way by each of them, for `parcel_of`;
    none where nothing is sent.
    `unserved`: the codes of the countries to which nothing is sent.
    """
    closed = UnservedCountry.objects.closed()
    rates = (
        ShippingRate.objects.in_force(at=now)
        .to(country)
        .filter(currency=settings.BASE_CURRENCY)
        .exclude(Exists(closed.filter(country=country)))
    )
    return {
        "bands": ArraySubquery(rates.values(band=BAND)),
        "days": ArraySubquery(rates.values(days=DAYS)),
        "unserved": ArraySubquery(closed.values("country")),
    }


def parcel_of(variant: Any) -> Parcel | None:
    """Return what a parcel of one piece costs; None where none goes.

    `variant` was read with `annotations`.
    """
    bands = [Band(**row) for row in variant.bands]
    goods = variant.asked.amount
    try:
        band = shipping.choose(bands, weight=shipping.grams(variant), goods=goods)
    except shipping.TooHeavy:
        return None
    # All rates to a country are of one zone.
    days = _days(variant.days[0]["days_from"], variant.days[0]["days_to"])
    return Parcel(band.rate_id, shipping.price(band, goods=goods), band.free_from, days)


def sends_abroad(*, now: datetime) -> bool:
    """Say whether a parcel goes to any country but our own now. Two queries."""
    own = Organisation.current().country
    abroad = Q(zone__is_default=True) | Exists(
        ZoneCountry.objects.filter(zone=OuterRef("zone")).exclude(country=own)
    )
    return ShippingRate.objects.in_force(at=now).filter(abroad).exists()


def names(codes: Iterable[str]) -> list[str]:
    """Return the names of countries in the active language, sorted."""
    return sorted(str(countries.name(str(code))) for code in codes)


def unserved_names() -> list[str]:
    """Return the names of the countries to which nothing is sent, in the active language."""
    codes: list[Any] = list(UnservedCountry.objects.closed().values_list("country", flat=True))
    return names(codes)
