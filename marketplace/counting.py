"""Count the shelves: what was found against the books, shown first, then booked in one act.

Whoever counts says how many of a variant are there, owned and consigned; pieces that are sold
and not sent yet are still among them. What it comes to is worked out by the same lines before
and when it is booked, so nothing is booked that was not shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from partners import losses, splits
from partners.models import SplitRule
from weintl.money import allocate

from .counters import lock, move
from .models import Stock, StockCount, StockCountLine, Unit, Variant

Reason = StockCountLine.Reason
# Owned, consigned, sold and not sent: what a count was typed against. Holds are not among them,
# a payment that is under way moves no piece.
Book = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """What was counted of one variant, against which book; None where a kind was not counted."""

    variant_id: int
    book: Book
    owned: int | None = None
    consigned: int | None = None
    reason: str = ""


@dataclass(slots=True)
class Difference:
    """One counted variant beside its book of the moment, and what booking it would do.

    Amounts in minor units of the variant's currency.
    """

    variant: Variant
    stock: Stock
    owned: int
    consigned: int
    reason: str = ""
    is_stale: bool = False
    cost: int = 0
    maker_pay: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def lacks_reason(self) -> bool:
        """Say whether nobody has said yet why it differs."""
        return self.differs and self.reason not in Reason.values

    @property
    def is_refused(self) -> bool:
        """Say whether it cannot be booked as it stands."""
        return self.is_stale or bool(self.problems) or self.lacks_reason

    @property
    def more_owned(self) -> int:
        """Return how many owned pieces more than in the books."""
        return self.owned - self.stock.owned

    @property
    def more_consigned(self) -> int:
        """Return how many consigned pieces more than in the books."""
        return self.consigned - self.stock.consigned

    @property
    def differs(self) -> bool:
        """Say whether the books are otherwise."""
        return bool(self.more_owned or self.more_consigned)

    @property
    def moves_money(self) -> bool:
        """Say whether booking it writes into the ledger."""
        return bool(self.cost or self.maker_pay)


class NotPossible(ValueError):
    """The books changed meanwhile, or a line cannot be booked; `differences` says which."""

    message = _("Nothing was booked: please look at the lines again.")

    def __init__(self, differences: Sequence[Difference]) -> None:
        """Keep every line as it stands now."""
        super().__init__("A count cannot be booked.")
        self.differences = list(differences)


def book_of(stock: Stock | None) -> Book:
    """Return what a count is typed against."""
    return (stock.owned, stock.consigned, stock.allocated) if stock else (0, 0, 0)


def compare(found: Iterable[Found], *, now: datetime) -> list[Difference]:
    """Return each counted variant beside its book, in their order; 4 statements."""
    wanted = {each.variant_id: each for each in found}
    rows = {row.variant_id: row for row in Stock.objects.filter(variant_id__in=wanted)}
    return _differences(wanted, rows, now=now)


def book(
    found: Iterable[Found], *, words: str = "", request_key: str, actor: Any, now: datetime
) -> StockCount:
    """Book what was counted, all or nothing; the same `request_key` returns the same count.

    Raises NotPossible where a book is not the one that a line was typed against any more or a
    line cannot be booked, stock.Busy.
    """
    wanted = {each.variant_id: each for each in found}
    with transaction.atomic():
        count, is_new = StockCount.objects.get_or_create(
            request_key=request_key,
            defaults={"words": words, "counted_by": actor, "counted_at": now},
        )
        if not is_new:
            return count
        rows = lock(wanted)
        lines = _differences(wanted, rows, now=now)
        if any(line.is_refused for line in lines):
            raise NotPossible(lines)
        StockCountLine.objects.bulk_create(_line(count, line) for line in lines)
        _move_all(count, lines, actor=actor, now=now)
    return count


def _line(count: StockCount, line: Difference) -> StockCountLine:
    return StockCountLine(
        count=count,
        variant=line.variant,
        book_owned=line.stock.owned,
        book_consigned=line.stock.consigned,
        owned=line.owned,
        consigned=line.consigned,
        reason=line.reason if line.differs else "",
        cost_amount=line.cost,
        maker_amount=line.maker_pay,
    )


def _move_all(count: StockCount, lines: Sequence[Difference], *, actor: Any, now: datetime) -> None:
    moved = [line for line in lines if line.differs]
    keys = {line.variant.pk: f"count/{count.pk}/{line.variant.pk}" for line in moved}
    for line in sorted(moved, key=lambda line: line.variant.pk):
        move(
            line.stock,
            source_key=keys[line.variant.pk],
            reason="counted",
            now=now,
            actor=actor,
            owned=line.more_owned,
            consigned=line.more_consigned,
            owned_cost_amount=-line.cost,
        )
    losses.post(
        [
            losses.Counted(
                keys[line.variant.pk],
                line.variant.product.programme.code,
                line.variant.currency,
                line.cost,
                line.maker_pay,
            )
            for line in moved
        ],
        occurred_at=now,
    )


def _differences(
    wanted: Mapping[int, Found], rows: Mapping[int, Stock], *, now: datetime
) -> list[Difference]:
    variants = Variant.objects.select_related("product__programme").in_bulk(list(wanted))
    promised = _promised(wanted)
    programmes = {variant.product.programme_id for variant in variants.values()}
    rules = list(SplitRule.objects.in_force(at=now).filter(programme_id__in=programmes))
    lines = []
    for pk, each in wanted.items():
        if pk not in variants:
            continue
        stock = rows.get(pk) or Stock(variant_id=pk)
        line = Difference(
            variant=variants[pk],
            stock=stock,
            owned=stock.owned if each.owned is None else each.owned,
            consigned=stock.consigned if each.consigned is None else each.consigned,
            reason=each.reason,
            is_stale=book_of(stock) != each.book,
        )
        if line.differs:
            _weigh(line, promised.get(pk, 0), rules, now=now)
        lines.append(line)
    return lines


def _promised(variant_ids: Iterable[int]) -> dict[int, int]:
    """Return {variant: owned pieces that are sold and wait to be sent}; their cost is booked."""
    units = Unit.objects.filter(
        line__variant_id__in=list(variant_ids), state=Unit.State.PAID, supply=splits.OWNED
    )
    counted = units.order_by().values("line__variant_id").annotate(pieces=Count("pk"))
    return {row["line__variant_id"]: row["pieces"] for row in counted}


def _weigh(line: Difference, promised: int, rules: Sequence[SplitRule], *, now: datetime) -> None:
    """Work out what a difference costs and owes, and what keeps it from being booked."""
    stock, unsold = line.stock, line.stock.owned - promised
    if line.owned < promised:
        line.problems.append(
            ngettext(
                "%(number)d owned piece is sold and not sent: cancel it in its order first.",
                "%(number)d owned pieces are sold and not sent: cancel some in their orders first.",
                promised,
            )
            % {"number": promised}
        )
    elif line.more_owned:
        line.cost = _cost(stock.owned_cost_amount, unsold, line.more_owned)
    missing = stock.held + stock.allocated - line.owned - line.consigned - stock.backorder_limit
    # Less than nothing free may have been so before: only what grows worse is refused.
    if missing > 0 and line.more_owned + line.more_consigned < 0:
        line.problems.append(
            ngettext(
                "%(number)d piece that is sold or being paid for would be missing: "
                "cancel it in its order first.",
                "%(number)d pieces that are sold or being paid for would be missing: "
                "cancel them in their orders first.",
                missing,
            )
            % {"number": missing}
        )
    _see_reason(line)
    if line.more_consigned < 0 and line.reason in StockCountLine.OURS:
        product = line.variant.product
        try:
            rule = splits.rule_for(product.programme_id, product.code, now, rules)
        except splits.NoRule:
            line.problems.append(
                str(_("No approved split rule says what the makers of this piece are paid."))
            )
        else:
            line.maker_pay = -line.more_consigned * rule.maker_pay_amount


def _cost(amount: int, pieces: int, more: int) -> int:
    """Return what leaves the value of `pieces` that cost `amount`, below zero for found ones.

    Lost ones take their share by largest remainder, as sold ones do; found ones come in at what
    the others cost on average, at nothing where there are no others.
    """
    if more > 0:
        return -(amount // pieces * more if pieces > 0 else 0)
    return sum(allocate(amount, [1] * pieces)[:-more])


def _see_reason(line: Difference) -> None:
    """Ask for a reason that fits the direction."""
    fewer = min(line.more_owned, line.more_consigned) < 0
    more = max(line.more_owned, line.more_consigned) > 0
    if line.lacks_reason:
        return
    if line.reason == Reason.FOUND and fewer:
        line.problems.append(str(_("“Found again” is for more pieces, not for fewer.")))
    elif line.reason not in (Reason.FOUND, Reason.BOOKS) and more:
        line.problems.append(str(_("More pieces were found again, or the books were wrong.")))
    elif line.reason == Reason.BACK and line.more_owned:
        line.problems.append(
            str(_("Owned pieces go back by a counter-delivery: their cost comes back too."))
        )
