"""Money as cloth: one stripe a use, always in the same order and dye, beside its table."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from weintl.money import CurrencyMismatch, Money, allocate
from weintl.money.formatting import format_share

from .models.uses import Use

# What a part may be: its dye's class and its words, in the order of the stripes.
STRIPES: dict[str, tuple[str, Any]] = {
    Use.ARTISAN_PAY.value: ("s1", Use.ARTISAN_PAY.label),
    Use.LONG_TERM_CARE.value: ("s2", Use.LONG_TERM_CARE.label),
    Use.EDUCATION.value: ("s3", Use.EDUCATION.label),
    Use.MEDICAL_PSYCHOLOGICAL.value: ("s4", Use.MEDICAL_PSYCHOLOGICAL.label),
    Use.LEGAL_AID.value: ("s5", Use.LEGAL_AID.label),
    # Undyed too: not meant for one use yet.
    "fund": ("s6", _("Where it is most needed")),
    "operations": ("s6", _("Shop costs: card fees, packing, upkeep")),
    "fee": ("s6", _("Card fees")),
    "shipping": ("s6", _("Delivery")),
    "tax": ("s6", _("Tax")),
}
ORDER = list(STRIPES)


@dataclass(frozen=True, slots=True)
class Part:
    """What one use gets: a key of STRIPES; `label` replaces its words."""

    use: str
    money: Money
    label: str = ""


@dataclass(frozen=True, slots=True)
class Stripe:
    """One stripe and its row. `x` and `width` are SVG lengths, empty where nothing is drawn."""

    css: str
    label: str
    money: Money
    share: str
    x: str
    width: str


def _length(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def _merged(parts: Iterable[Part]) -> list[Part]:
    sums: dict[tuple[str, str], Money] = {}
    for part in parts:
        key = (part.use, str(part.label))
        sums[key] = sums[key] + part.money if key in sums else part.money
    found = [Part(use, money, label) for (use, label), money in sums.items() if money.amount]
    return sorted(found, key=lambda part: ORDER.index(part.use))


def weave(parts: Iterable[Part], *, total: Money) -> list[Stripe]:
    """Return the stripes of `parts`, merged by use, without those of nothing.

    Shares are in per cent of `total`, each rounded for itself: equal amounts, equal shares.
    Widths fill the cloth exactly. A negative part (operations that tops up a price) has a row
    and no stripe. Raises ValueError if the parts do not sum to `total` or a use is unknown,
    CurrencyMismatch if their currencies differ.
    """
    merged = _merged(parts)
    if any(part.money.currency != total.currency for part in merged):
        raise CurrencyMismatch("A cloth is of one currency.")
    amounts = [part.money.amount for part in merged]
    if sum(amounts) != total.amount:
        raise ValueError("The parts of a cloth sum to its total.")
    if not merged:
        return []
    drawn = [max(amount, 0) for amount in amounts]
    widths = allocate(10_000, drawn) if any(drawn) else [0] * len(drawn)
    stripes, start = [], 0
    for part, width in zip(merged, widths, strict=True):
        css, label = STRIPES[part.use]
        share = format_share(part.money.amount, total.amount)
        x, length = (_length(start), _length(width)) if width else ("", "")
        stripes.append(Stripe(css, str(part.label or label), part.money, share, x, length))
        start += width
    return stripes
