"""How many pieces there are and for whom. Rules: docs/money.md, "Supply".

Every change locks the counters in the order of their keys, changes them by a guarded UPDATE,
and writes a move under a unique source key; a key that stands already changes nothing. Held
pieces belong to an order that is being paid, allocated ones to a paid order not yet sent.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Case, F, IntegerField, Value, When
from django.utils.translation import gettext_lazy as _

from partners import postings, splits
from weintl.money import allocate

from .models import Hold, Order, Stock, StockMove, Unit, Variant

logger = logging.getLogger(__name__)

# Long enough for a queue of shoppers, short enough that each gets an answer.
LOCK_TIMEOUT = "5s"


class SoldOut(Exception):
    """Fewer pieces are free than were asked for; `variant_ids` names what is short."""

    message = _("Something in your cart has just been sold.")

    def __init__(self, variant_ids: Sequence[int]) -> None:
        """Keep which."""
        super().__init__(f"Not enough of {', '.join(str(pk) for pk in variant_ids)}.")
        self.variant_ids = list(variant_ids)


class Busy(Exception):
    """The counters stayed locked for too long."""

    message = _("Many people are buying right now. Please try again in a moment.")


class NothingThere(Exception):
    """A piece is to be sent that the shelf does not have."""

    message = _("The shelf has no such piece. Receive it first.")


@dataclass(frozen=True, slots=True)
class Supply:
    """Where a sold piece comes from; `cost` (minor units) for owned ones, else zero."""

    kind: str
    cost: int


def lock(variant_ids: Iterable[int]) -> dict[int, Stock]:
    """Return {variant id: counters}, locked in key order until the transaction ends.

    Counters that are missing are made. Raises Busy.
    """
    wanted = sorted(set(variant_ids))
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
    try:
        # A savepoint: after a refused lock the caller's transaction can still go on.
        with transaction.atomic():
            rows = _lock_rows(wanted)
            if len(rows) < len(wanted):
                missing = [Stock(variant_id=pk) for pk in wanted if pk not in rows]
                Stock.objects.bulk_create(missing, ignore_conflicts=True)
                rows = _lock_rows(wanted)
    except OperationalError as error:
        raise Busy from error
    return rows


def _lock_rows(variant_ids: list[int]) -> dict[int, Stock]:
    # NO KEY: a plain FOR UPDATE would collide with the locks that foreign keys take.
    rows = Stock.objects.filter(variant_id__in=variant_ids).order_by("pk")
    return {row.variant_id: row for row in rows.select_for_update(no_key=True)}


def _move(
    stock: Stock,
    *,
    source_key: str,
    reason: str,
    now: datetime,
    actor: Any = None,
    **changes: int,
) -> bool:
    """Change locked counters and write the move; False where the key stands already.

    Raises SoldOut where the guard refuses it.
    """
    if StockMove.objects.filter(source_key=source_key).exists():
        return False
    rows = Stock.objects.filter(pk=stock.pk)
    taken = changes.get("held", 0) + changes.get("allocated", 0)
    if taken > 0:
        limit = F("owned") + F("consigned") + F("backorder_limit") - F("allocated") - taken
        rows = rows.filter(held__lte=limit)
    if not rows.update(**{name: F(name) + change for name, change in changes.items()}):
        raise SoldOut([stock.variant_id])
    StockMove.objects.create(
        variant_id=stock.variant_id,
        source_key=source_key,
        reason=reason,
        actor=actor,
        moved_at=now,
        **changes,
    )
    for name, change in changes.items():
        setattr(stock, name, getattr(stock, name) + change)
    return True


@transaction.atomic
def receive(
    *,
    variant: Variant,
    owned: int = 0,
    consigned: int = 0,
    unit_cost: int = 0,
    source_key: str,
    actor: Any = None,
    now: datetime,
) -> bool:
    """Put pieces on the shelf; say whether `source_key` was new.

    Owned ones cost `unit_cost` minor units each, paid to their makers outright. Raises
    ValueError for nothing or less.
    """
    if min(owned, consigned, unit_cost) < 0 or not owned + consigned:
        raise ValueError("Receive one piece or more, at a cost of zero or more.")
    stock = lock([variant.pk])[variant.pk]
    cost = owned * unit_cost
    is_new = _move(
        stock,
        source_key=f"receive/{source_key}",
        reason="received",
        now=now,
        actor=actor,
        owned=owned,
        consigned=consigned,
        owned_cost_amount=cost,
    )
    if is_new and cost:
        postings.post_goods_in(
            key=f"goods/{source_key}/in",
            programme_code=variant.product.programme.code,
            currency=variant.currency,
            cost=cost,
            occurred_at=now,
        )
    return is_new


@transaction.atomic
def give_back(
    *,
    variant: Variant,
    owned: int = 0,
    consigned: int = 0,
    unit_cost: int = 0,
    source_key: str,
    actor: Any = None,
    now: datetime,
) -> bool:
    """Take pieces off the shelf that were received by mistake; say whether the key was new.

    What owned ones had cost is back at the bank. Raises NothingThere where they are sold, held
    or gone, or their cost is.
    """
    stock = lock([variant.pk])[variant.pk]
    cost = owned * unit_cost
    left = stock.owned_cost_amount - cost
    is_there = min(stock.owned - owned, stock.consigned - consigned, left) >= 0
    if not is_there or stock.free < owned + consigned or (left and stock.owned == owned):
        raise NothingThere
    is_new = _move(
        stock,
        source_key=f"receive/{source_key}",
        reason="given back",
        now=now,
        actor=actor,
        owned=-owned,
        consigned=-consigned,
        owned_cost_amount=-cost,
    )
    if is_new and cost:
        postings.post_goods_back(
            key=f"goods/{source_key}/back",
            programme_code=variant.product.programme.code,
            currency=variant.currency,
            cost=cost,
            occurred_at=now,
        )
    return is_new


def reserve(
    *, order: Order, wanted: Mapping[int, int], expires_at: datetime, now: datetime
) -> list[Hold]:
    """Hold {variant id: pieces} for an order that goes to payment, all or nothing.

    In the caller's transaction. Raises SoldOut naming all that is short, or Busy.
    """
    rows = lock(wanted)
    short = [pk for pk, quantity in wanted.items() if rows[pk].free < quantity]
    if short:
        raise SoldOut(short)
    holds = Hold.objects.bulk_create(
        Hold(
            order=order,
            variant_id=pk,
            quantity=wanted[pk],
            expires_at=expires_at,
            created_at=now,
        )
        for pk in sorted(wanted)
    )
    _hold_all(rows, holds, now=now)
    return holds


def _hold_all(rows: Mapping[int, Stock], holds: Sequence[Hold], *, now: datetime) -> None:
    """Count new holds of locked counters in one guarded UPDATE, and write their moves.

    Raises SoldOut where the guard refuses one.
    """
    quantities = {hold.variant_id: hold.quantity for hold in holds}
    added = Case(
        *(When(variant_id=pk, then=Value(quantity)) for pk, quantity in quantities.items()),
        output_field=IntegerField(),
    )
    room = F("owned") + F("consigned") + F("backorder_limit") - F("allocated") - added
    changed = Stock.objects.filter(variant_id__in=quantities, held__lte=room).update(
        held=F("held") + added
    )
    if changed != len(quantities):
        raise SoldOut(list(quantities))
    StockMove.objects.bulk_create(
        StockMove(
            variant_id=hold.variant_id,
            source_key=f"hold/{hold.pk}/held",
            reason="held",
            moved_at=now,
            held=hold.quantity,
        )
        for hold in holds
    )
    for hold in holds:
        rows[hold.variant_id].held += hold.quantity


def _active(order: Order) -> list[Hold]:
    return list(Hold.objects.filter(order=order, state=Hold.State.ACTIVE).order_by("variant_id"))


def convert(*, order: Order, now: datetime) -> bool:
    """Turn an order's holds into allocations; False where it holds nothing any more."""
    holds = _active(order)
    rows = lock(hold.variant_id for hold in holds)
    for hold in holds:
        _move(
            rows[hold.variant_id],
            source_key=f"hold/{hold.pk}/converted",
            reason="paid",
            now=now,
            held=-hold.quantity,
            allocated=hold.quantity,
        )
        hold.state = Hold.State.CONVERTED
        hold.save(update_fields=["state"])
    return bool(holds)


def release(*, order: Order, now: datetime) -> bool:
    """Let go what an order holds; False where it holds nothing."""
    holds = _active(order)
    rows = lock(hold.variant_id for hold in holds)
    for hold in holds:
        _move(
            rows[hold.variant_id],
            source_key=f"hold/{hold.pk}/released",
            reason="released",
            now=now,
            held=-hold.quantity,
        )
        hold.state = Hold.State.RELEASED
        hold.save(update_fields=["state"])
    return bool(holds)


def allocate_late(*, order: Order, wanted: Mapping[int, int], now: datetime) -> None:
    """Allocate {variant id: pieces} to an order paid after its hold was let go.

    All or nothing. Raises SoldOut or Busy.
    """
    rows = lock(wanted)
    short = [pk for pk, quantity in wanted.items() if rows[pk].free < quantity]
    if short:
        raise SoldOut(short)
    for pk in sorted(wanted):
        _move(
            rows[pk],
            source_key=f"order/{order.pk}/late/{pk}",
            reason="paid late",
            now=now,
            allocated=wanted[pk],
        )


def assign(
    *, line_id: int, variant_id: int, quantity: int, source_key: str, now: datetime
) -> list[Supply]:
    """Say of each piece of a paid line whether it is an owned or a consigned one.

    Owned ones sell first and take their share of what all owned ones cost, by largest
    remainder, so that the last takes the last cent. Call it once a line, before its units
    are written. Raises Busy.
    """
    stock = lock([variant_id])[variant_id]
    promised = Unit.objects.filter(
        line__variant_id=variant_id, state=Unit.State.PAID, supply=splits.OWNED
    ).exclude(line_id=line_id)
    left = max(0, stock.owned - promised.count())
    owned = min(left, quantity)
    costs = allocate(stock.owned_cost_amount, [1] * left)[:owned] if owned else []
    if sum(costs):
        _move(
            stock,
            source_key=source_key,
            reason="owned pieces sold",
            now=now,
            owned_cost_amount=-sum(costs),
        )
    consigned = [Supply(splits.CONSIGNED, 0)] * (quantity - owned)
    return [Supply(splits.OWNED, cost) for cost in costs] + consigned


def send(*, units: Sequence[Unit], actor: Any, now: datetime) -> None:
    """Take paid pieces off the shelf. Raises NothingThere if one is not on it, or Busy."""
    rows = lock(unit.line.variant_id for unit in units)
    for unit in sorted(units, key=lambda unit: unit.pk):
        stock = rows[unit.line.variant_id]
        if getattr(stock, unit.supply) < 1:
            raise NothingThere
        _move(
            stock,
            source_key=f"unit/{unit.pk}/sent",
            reason="sent",
            now=now,
            actor=actor,
            allocated=-1,
            **{unit.supply: -1},
        )


def unassign(*, units: Sequence[Unit], actor: Any, now: datetime) -> None:
    """Free pieces of a paid order that will not be sent; owned ones get their cost back."""
    rows = lock(unit.line.variant_id for unit in units)
    for unit in sorted(units, key=lambda unit: unit.pk):
        cost = unit.maker_amount if unit.supply == splits.OWNED else 0
        _move(
            rows[unit.line.variant_id],
            source_key=f"unit/{unit.pk}/cancelled",
            reason="cancelled",
            now=now,
            actor=actor,
            allocated=-1,
            owned_cost_amount=cost,
        )


def take_back(*, units: Sequence[Unit], actor: Any, now: datetime) -> None:
    """Put returned pieces on the shelf as owned ones, at what their makers got."""
    rows = lock(unit.line.variant_id for unit in units)
    for unit in sorted(units, key=lambda unit: unit.pk):
        _move(
            rows[unit.line.variant_id],
            source_key=f"unit/{unit.pk}/returned",
            reason="returned",
            now=now,
            actor=actor,
            owned=1,
            owned_cost_amount=unit.maker_amount,
        )
