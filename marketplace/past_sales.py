"""What a split rule would have meant for pieces that were really sold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from partners import splits
from partners.models import PROGRAMME_USES, SplitRule, Use
from weintl.money import Money

from .models import Unit

PERIOD = timedelta(days=90)
KEPT = (Unit.State.PAID, Unit.State.SENT, Unit.State.DELIVERED)
OPERATIONS = "operations"


@dataclass(frozen=True, slots=True)
class Compared:
    """What one use got of past sales, and what it would have got."""

    use: str
    was: Money
    would: Money

    @property
    def more(self) -> Money:
        """Return how much more it would have been; below zero if less."""
        return self.would - self.was


@dataclass(frozen=True, slots=True)
class Past:
    """Sales that a rule would have shared: how many pieces, for how much, since when."""

    since: datetime
    pieces: int
    net: Money
    uses: list[Compared]

    @property
    def is_below_zero(self) -> bool:
        """Say whether operations would have topped up the whole."""
        return self.uses[-1].would.amount < 0


def under(rule: SplitRule, *, now: datetime) -> Past:
    """Return what `rule` would have meant over the last 90 days, beside what was; two statements.

    For what it is for: its product, or the products of its programme that have no rule of
    their own. Pieces that were cancelled or returned are left out, prices and supply stay as
    they were. Each line is shared as at a sale.
    """
    units = _sold(rule, since=now - PERIOD, now=now)
    names = [Use.ARTISAN_PAY.value, *(use.value for use in PROGRAMME_USES), OPERATIONS]
    was, would = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    for _line, of_line in groupby(units, key=lambda unit: unit.line_id):
        pieces = list(of_line)
        _add(was, pieces)
        _add(would, _shared(pieces, splits.terms(rule)))

    def money(amount: int) -> Money:
        return Money(amount, rule.currency)

    return Past(
        since=now - PERIOD,
        pieces=len(units),
        net=money(sum(unit.net_amount for unit in units)),
        uses=[Compared(name, money(was[name]), money(would[name])) for name in names],
    )


def _sold(rule: SplitRule, *, since: datetime, now: datetime) -> list[Unit]:
    units = Unit.objects.filter(
        line__programme_id=rule.programme_id,
        line__order__paid_at__gte=since,
        currency=rule.currency,
        state__in=KEPT,
    )
    if rule.product_code:
        units = units.filter(line__variant__product__code=rule.product_code)
    else:
        own = SplitRule.objects.in_force(at=now).filter(programme_id=rule.programme_id)
        codes = own.exclude(product_code="").values("product_code")
        units = units.exclude(line__variant__product__code__in=codes)
    return list(units.order_by("line_id", "position", "pk"))


def _shared(pieces: list[Unit], terms: splits.Terms) -> list[Unit]:
    """Return pieces as the rule would have frozen them; they are never stored."""
    shares = splits.split_line(
        net=sum(piece.net_amount for piece in pieces),
        tax=0,
        quantity=len(pieces),
        terms=terms,
        supplies=[piece.supply for piece in pieces],
        owned_costs=[piece.maker_amount for piece in pieces if piece.supply == splits.OWNED],
    )
    return [
        Unit(
            maker_amount=share.maker,
            operations_amount=share.operations,
            **{f"{use}_amount": amount for use, amount in share.uses.items()},
        )
        for share in shares
    ]


def _add(sums: dict[str, int], pieces: Iterable[Unit]) -> None:
    for piece in pieces:
        sums[Use.ARTISAN_PAY.value] += piece.maker_amount
        sums[OPERATIONS] += piece.operations_amount
        for use, amount in piece.uses.items():
            sums[use] += amount
