"""How many pieces there are and for whom. Rules: docs/money.md, "Supply".

Every change locks the counters in the order of their keys, changes them by a guarded UPDATE,
and writes a move under a unique source key; a key that stands already changes nothing. Held
pieces belong to an order that is being paid, allocated ones to a paid order not yet sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, F, IntegerField, Value, When

from partners import goods, splits
from weintl.money import allocate

from .counters import Busy, NothingThere, SoldOut, lock, move
from .models import Hold, Order, Stock, StockMove, Unit, Variant

# What callers catch and lock with comes through here.
__all__ = [
    "Busy",
    "NothingThere",
    "SoldOut",
    "Supply",
    "allocate_late",
    "assign",
    "convert",
    "give_back",
    "lock",
    "receive",
    "release",
    "reserve",
    "send",
    "take_back",
    "unassign",
]


@dataclass(frozen=True, slots=True)
class Supply:
    """Where a sold piece comes from; `cost` (minor units) for owned ones, else zero."""

    kind: str
    cost: int


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
    is_new = move(
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
        goods.post_goods_in(
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
    is_new = move(
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
        goods.post_goods_back(
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
        move(
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
        move(
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
        move(
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
        move(
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
        move(
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
        move(
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
        move(
            rows[unit.line.variant_id],
            source_key=f"unit/{unit.pk}/returned",
            reason="returned",
            now=now,
            actor=actor,
            owned=1,
            owned_cost_amount=unit.maker_amount,
        )
