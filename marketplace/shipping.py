"""What delivery costs, by weight and value. Pure: no clock, no database."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


class TooHeavy(LookupError):
    """No rate takes a parcel of that weight."""


@dataclass(frozen=True, slots=True)
class Band:
    """One rate: for parcels up to a weight (None: any), with pieces worth `from_amount` or more.

    Amounts in minor units; from `free_from` on (None: never) it costs nothing.
    """

    rate_id: int
    amount: int
    up_to_grams: int | None = None
    from_amount: int = 0
    free_from: int | None = None


def grams(variant: Any) -> int:
    """Return what one piece weighs; nothing while nobody has weighed it."""
    return getattr(variant, "weight_grams", None) or 0


def choose(bands: Iterable[Band], *, weight: int, goods: int) -> Band:
    """Return the lightest band that takes `weight` grams, of those the one of highest value.

    `goods` is what the pieces cost before discounts, in minor units. Raises TooHeavy.
    """
    fitting = [
        band
        for band in bands
        if (band.up_to_grams is None or weight <= band.up_to_grams) and band.from_amount <= goods
    ]
    if not fitting:
        raise TooHeavy
    lightest = min(fitting, key=_limit).up_to_grams
    same = [band for band in fitting if band.up_to_grams == lightest]
    return max(same, key=lambda band: band.from_amount)


def _limit(band: Band) -> tuple[bool, int]:
    return band.up_to_grams is None, band.up_to_grams or 0


def price(band: Band, *, goods: int) -> int:
    """Return what a parcel by this rate costs, in minor units."""
    is_free = band.free_from is not None and goods >= band.free_from
    return 0 if is_free else band.amount
