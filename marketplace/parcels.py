"""Parcels on their way: followed by the buyer, corrected and excused by staff."""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import estimates, notices, orders
from .models import Carrier, Delay, Order, Shipment, ShipmentUnit, Unit

logger = logging.getLogger(__name__)


class InPast(orders.NotPossible):
    """The new day is over already."""

    message: Any = gettext_lazy("Choose a day after today.")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an order in words, and when it was reached; None while it was not."""

    words: str
    at: datetime | None
    is_done: bool


@dataclass(frozen=True, slots=True)
class Followed:
    """A parcel as its buyer sees it; `pieces` are (name, how many)."""

    shipment: Shipment
    pieces: list[tuple[str, int]]


def follow(order: Order, units: Sequence[Unit]) -> list[Followed]:
    """Return the parcels of an order, first sent first; one query besides its `units`."""
    known = {unit.pk: unit for unit in units}
    contents = (
        ShipmentUnit.objects.filter(shipment__order=order)
        .select_related("shipment__carrier")
        .order_by("shipment__sent_at", "shipment_id", "unit_id")
    )
    found: dict[int, tuple[Shipment, Counter[str]]] = {}
    for row in contents:
        _shipment, names = found.setdefault(row.shipment_id, (row.shipment, Counter()))
        names[known[row.unit_id].line.product_name] += 1
    return [Followed(shipment, list(names.items())) for shipment, names in found.values()]


def steps(order: Order, parcels: Iterable[Followed]) -> list[Step]:
    """Return where a paid order stands, in words."""
    S = Order.State
    found = [Step(_("Placed"), order.placed_at, True), Step(_("Paid"), order.paid_at, True)]
    if order.state in {S.CANCELLED, S.UNFILLABLE}:
        return found
    shipments = [each.shipment for each in parcels]
    sent_at = max((each.sent_at for each in shipments), default=None)
    if order.state == S.PARTLY_SENT:
        found.append(Step(_("Sent in part"), sent_at, True))
    is_sent, is_delivered = order.state in {S.SENT, S.DELIVERED}, order.state == S.DELIVERED
    arrived = [each.delivered_at for each in shipments if each.delivered_at]
    delivered_at = max(arrived, default=None)
    found.append(Step(_("Sent"), sent_at if is_sent else None, is_sent))
    found.append(Step(_("Delivered"), delivered_at if is_delivered else None, is_delivered))
    return found


def last_delay(order: Order) -> Delay | None:
    """Return what was said last of a delay, until all of the order has arrived."""
    if order.state not in {Order.State.PAID, Order.State.PARTLY_SENT, Order.State.SENT}:
        return None
    return order.delays.order_by("-said_at", "-pk").first()


@transaction.atomic
def correct_tracking(
    *,
    shipment_id: int,
    carrier: Carrier | None,
    tracking_number: str,
    actor: Any,
    now: datetime,
) -> bool:
    """Say by whom and under which number a parcel goes, and tell the buyer once.

    Says whether that was new; what it was before stays in the parcel's history.
    """
    order_id = Shipment.objects.values_list("order_id", flat=True).get(pk=shipment_id)
    orders.lock(order_id)
    shipment = Shipment.objects.select_related("order", "carrier").get(pk=shipment_id)
    if (shipment.carrier, shipment.tracking_number) == (carrier, tracking_number):
        return False
    shipment.carrier, shipment.tracking_number = carrier, tracking_number
    shipment._history_user = actor  # type: ignore[attr-defined]
    shipment.save(update_fields=["carrier", "tracking_number"])
    units = Unit.objects.of(shipment.order).filter(packed__shipment=shipment)
    key = f"tracking-{shipment.history.count()}"  # type: ignore[attr-defined]
    notices.tracked(shipment, units=list(units), key=key, now=now)
    logger.info("parcel.corrected", extra={"shipment": shipment_id})
    return True


@transaction.atomic
def delay(
    *,
    order_id: int,
    reason: str,
    words: str = "",
    expected_on: date,
    request_key: str,
    actor: Any,
    now: datetime,
) -> Delay:
    """Tell the buyer of a later day, once: of the pieces that wait, else of those under way.

    The same `request_key` returns the same statement. Raises orders.NotPossible, InPast.
    """
    order = orders.lock(order_id)
    known = order.delays.filter(request_key=request_key).first()
    if known is not None:
        return known
    today = localdate(now)
    if expected_on <= today:
        raise InPast
    units = list(Unit.objects.of(order).filter(state=Unit.State.PAID))
    if units:
        # Sent so that it arrives in time by the longest way; it is late from the day after.
        sent_by = estimates.before(expected_on, order.days_to or 0)
        order.due_on = max(today, sent_by)
        order.expected_from = order.expected_to = expected_on
        order.save(update_fields=["due_on", "expected_from", "expected_to"])
    else:
        units = _move_arrival(order, expected_on, actor=actor)
    said = Delay.objects.create(
        order=order,
        reason=reason,
        words=words,
        expected_on=expected_on,
        request_key=request_key,
        said_at=now,
        said_by=actor,
    )
    notices.delayed(said, units=units, now=now)
    logger.info("order.delayed", extra={"order": order.pk})
    return said


def _move_arrival(order: Order, day: date, *, actor: Any) -> list[Unit]:
    """Expect the parcels under way on `day`, and return their pieces. Raises NotPossible."""
    under_way = list(order.shipments.under_way().order_by("pk"))  # type: ignore[attr-defined]
    if not under_way:
        raise orders.NotPossible
    for shipment in under_way:
        shipment.expected_from = shipment.expected_to = day
        shipment._history_user = actor  # type: ignore[attr-defined]
        shipment.save(update_fields=["expected_from", "expected_to"])
    units = Unit.objects.of(order).filter(packed__shipment__in=under_way, state=Unit.State.SENT)
    return list(units)
