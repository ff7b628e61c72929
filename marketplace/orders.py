"""What happens to a paid order on its way: sent, delivered. Going back: returns.py.

Tracking numbers and delays: parcels.py.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from partners import ledger
from partners.models import Account

from . import estimates, notices, stock
from .estimates import Arrival
from .models import Carrier, Order, Shipment, ShipmentUnit, Unit
from .models.orders import new_token
from .models.parcels import new_request

logger = logging.getLogger(__name__)

# A programme's share may be paid out once nobody can send the piece back any more.
RETURN_WINDOW = timedelta(days=30)
# A parcel of which nobody ever said that it arrived: nobody asks for it any more by then.
LOST_AFTER = timedelta(days=90)


class NotPossible(Exception):
    """The order or piece is not in a state for this; `message` says so to staff."""

    message: Any = _("This is not possible for the pieces as they are now.")


def lock(order_id: int) -> Order:
    """Return the order, locked until the transaction ends."""
    return Order.objects.select_for_update(no_key=True).get(pk=order_id)


def state_of(states: Iterable[str]) -> str | None:
    """Return the order's state that its pieces' states mean; None without pieces."""
    kept = list(states)
    if not kept:
        return None
    S = Unit.State
    live = [state for state in kept if state not in {S.CANCELLED, S.RETURNED}]
    if not live:
        # Returned pieces had been delivered; only an order never sent was cancelled.
        return Order.State.DELIVERED if S.RETURNED in kept else Order.State.CANCELLED
    if all(state == S.PAID for state in live):
        return Order.State.PARTLY_SENT if S.RETURNED in kept else Order.State.PAID
    if S.PAID in live:
        return Order.State.PARTLY_SENT
    return Order.State.DELIVERED if set(live) == {S.DELIVERED} else Order.State.SENT


def settle_state(order: Order) -> None:
    """Write the state that the pieces of a locked order mean."""
    states = Unit.objects.filter(line__order=order).values_list("state", flat=True)
    state = state_of(states)
    if state is not None and state != order.state:
        order.state = state
        order.save(update_fields=["state"])


def _choose(order: Order, unit_ids: Sequence[int] | None, *, state: str) -> list[Unit]:
    """Return the named pieces, or all in `state`. Raises NotPossible if one is in another."""
    units = list(Unit.objects.of(order))
    if unit_ids is None:
        chosen = [unit for unit in units if unit.state == state]
    else:
        wanted = set(unit_ids)
        chosen = [unit for unit in units if unit.pk in wanted and unit.state == state]
        if len(chosen) != len(wanted):
            raise NotPossible
    if not chosen:
        raise NotPossible
    return chosen


@transaction.atomic
def mark_sent(
    *,
    order_id: int,
    unit_ids: Sequence[int] | None = None,
    carrier: Carrier | None = None,
    tracking_number: str = "",
    request_key: str = "",
    actor: Any,
    now: datetime,
) -> Shipment:
    """Book that pieces (all that wait, unless named) left the house, and tell the buyer.

    They are one parcel; the same `request_key` returns the same one. From here on the makers'
    pay stays theirs, and may be paid out. Raises NotPossible, stock.NothingThere, stock.Busy.
    """
    order = lock(order_id)
    known = order.shipments.filter(request_key=request_key).first() if request_key else None
    if known is not None:
        return known
    units = _choose(order, unit_ids, state=Unit.State.PAID)
    coming = expected(order, sent_on=localdate(now))
    shipment = Shipment(
        order=order,
        carrier=carrier,
        tracking_number=tracking_number,
        request_key=request_key or new_request(),
        sent_at=now,
        sent_by=actor,
        expected_from=coming.first if coming else None,
        expected_to=coming.last if coming else None,
    )
    _leave(shipment, units, actor=actor, now=now)
    settle_state(order)
    notices.sent(shipment, units=units, now=now)
    logger.info("order.sent", extra={"order": order.pk, "pieces": len(units)})
    return shipment


def hand_over(order: Order, *, actor: Any, now: datetime) -> None:
    """Book that the buyer of a locked order, paid just now, took all its pieces along.

    They left and arrived in one; nobody is told. Raises stock.NothingThere, stock.Busy.
    """
    units = _choose(order, None, state=Unit.State.PAID)
    shipment = Shipment(
        order=order,
        request_key=f"handed-over/{order.pk}",
        sent_at=now,
        sent_by=actor,
        delivered_at=now,
    )
    _leave(shipment, units, actor=actor, now=now)
    _arrive(units, now=now)
    settle_state(order)
    logger.info("order.handed_over", extra={"order": order.pk, "pieces": len(units)})


def _leave(shipment: Shipment, units: Sequence[Unit], *, actor: Any, now: datetime) -> None:
    """Take pieces off the shelf and put them into a new parcel."""
    stock.send(units=units, actor=actor, now=now)
    for unit in units:
        unit.state = Unit.State.SENT
        unit.sent_at = now
    Unit.objects.bulk_update(units, ["state", "sent_at"])
    ledger.set_maturity(
        source_keys=[f"unit/{unit.pk}/split" for unit in units],
        kind=Account.Kind.MAKER_PAYABLE,
        matures_at=now,
    )
    _by(shipment, actor).save()
    ShipmentUnit.objects.bulk_create(ShipmentUnit(shipment=shipment, unit=unit) for unit in units)


def _arrive(units: Sequence[Unit], *, now: datetime) -> None:
    """Book that sent pieces arrived; the programmes' shares mature when returns are over."""
    for unit in units:
        unit.state = Unit.State.DELIVERED
        unit.delivered_at = now
    Unit.objects.bulk_update(units, ["state", "delivered_at"])
    ledger.set_maturity(
        source_keys=[f"unit/{unit.pk}/split" for unit in units],
        kind=Account.Kind.FUND,
        matures_at=now + RETURN_WINDOW,
    )


def expected(order: Order, *, sent_on: date) -> Arrival | None:
    """Return when a parcel of the order comes that leaves on a day; None where nobody can say."""
    if order.days_from is None or order.days_to is None:
        return None
    return estimates.arrival(day=sent_on, handling=0, days=(order.days_from, order.days_to))


def _by(shipment: Shipment, actor: Any) -> Shipment:
    """Let the history of a parcel name who did it."""
    shipment._history_user = actor  # type: ignore[attr-defined]
    return shipment


@transaction.atomic
def mark_delivered(
    *,
    order_id: int,
    shipment_ids: Sequence[int] | None = None,
    actor: Any = None,
    now: datetime,
) -> Order:
    """Book that parcels (all under way, unless named) arrived.

    The programmes' shares mature when returns are over. Raises NotPossible.
    """
    order = lock(order_id)
    under_way = order.shipments.under_way().order_by("pk")  # type: ignore[attr-defined]
    if shipment_ids is not None:
        under_way = under_way.filter(pk__in=shipment_ids)
    shipments = list(under_way)
    if not shipments or (shipment_ids is not None and len(shipments) != len(set(shipment_ids))):
        raise NotPossible
    units = list(
        Unit.objects.of(order).filter(packed__shipment__in=shipments, state=Unit.State.SENT)
    )
    for shipment in shipments:
        shipment.delivered_at = now
        _by(shipment, actor).save(update_fields=["delivered_at"])
    _arrive(units, now=now)
    settle_state(order)
    logger.info("order.delivered", extra={"order": order.pk, "pieces": len(units)})
    return order


@transaction.atomic
def renew_link(*, order_id: int, now: datetime) -> Order:
    """Let the link to the buyer's page lead nowhere, and mail a new one if pieces were bought."""
    order = lock(order_id)
    order.token = new_token()
    order.save(update_fields=["token"])
    units = list(Unit.objects.of(order))
    if units:
        lines = list(order.lines.order_by("position", "pk"))
        key = f"link/{order.token[:12]}"
        notices.confirmed(order, lines=lines, units=units, now=now, key=key)
    logger.info("order.link_renewed", extra={"order": order.pk})
    return order
