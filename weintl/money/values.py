"""Money: whole minor units and a currency. Rules: docs/money.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import total_ordering

# ISO 4217 currencies whose minor unit is not 1/100, as far as Stripe takes them.
# Source: docs.stripe.com/currencies, "Zero-decimal currencies" and "Special cases".
ZERO_DECIMAL = frozenset(
    [
        "bif",
        "clp",
        "djf",
        "gnf",
        "jpy",
        "kmf",
        "krw",
        "mga",
        "pyg",
        "rwf",
        "vnd",
        "vuv",
        "xaf",
        "xof",
        "xpf",
    ]
)
THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
MILLION = 1_000_000


class CurrencyMismatch(ValueError):
    """Two currencies met in one sum."""


def exponent(currency: str) -> int:
    """Return how many decimal places `currency` has (0, 2 or 3)."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Spread `total` minor units over `weights` by largest remainder.

    The parts sum to `total`; ties go to the earlier part. A negative total is the
    mirror of its positive one. Raises ValueError without a positive weight.
    """
    weight_sum = sum(weights)
    if weight_sum <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("Weights must be zero or more and not all zero.")
    if total < 0:
        return [-part for part in allocate(-total, weights)]
    parts = [total * weight // weight_sum for weight in weights]
    by_remainder = sorted(
        range(len(weights)), key=lambda i: (-(total * weights[i] % weight_sum), i)
    )
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def share(total: int, ppm: int) -> int:
    """Return `ppm` millionths of `total` minor units, rounded half up (away from zero)."""
    sign = -1 if (total < 0) != (ppm < 0) else 1
    return sign * ((abs(total) * abs(ppm) + MILLION // 2) // MILLION)


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole minor units of one ISO 4217 currency (lower case, as Stripe's)."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        """Refuse floats and malformed currencies as early as they appear."""
        if type(self.amount) is not int:
            raise TypeError("Money holds whole minor units.")
        if len(self.currency) != 3 or not self.currency.islower():
            raise ValueError("A currency is three lower-case letters.")

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Return nothing, in `currency`."""
        return cls(0, currency)

    @classmethod
    def sum(cls, values: Iterable[Money], *, currency: str) -> Money:
        """Return the sum of `values`, zero `currency` if there are none."""
        total = cls.zero(currency)
        for value in values:
            total += value
        return total

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not add up.")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, count: int) -> Money:
        return Money(self.amount * count, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __bool__(self) -> bool:
        return self.amount != 0

    def allocate(self, *weights: int) -> list[Money]:
        """Return parts by `weights` that sum to this amount. See `allocate`."""
        return [Money(part, self.currency) for part in allocate(self.amount, weights)]

    def share(self, ppm: int) -> Money:
        """Return `ppm` millionths, rounded half up. See `share`."""
        return Money(share(self.amount, ppm), self.currency)
