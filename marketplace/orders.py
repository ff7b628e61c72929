"""What happens to a paid order on its way: sent, delivered. Going back: returns.py."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from partners import ledger
from partners.models import Account

from . import notices, stock
from .models import Order, Unit
from .models.orders import new_token

logger = logging.getLogger(__name__)

# A programme's share may be paid out once nobody can send the piece back any more.
RETURN_WINDOW = timedelta(days=30)


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
    *, order_id: int, unit_ids: Sequence[int] | None = None, actor: Any, now: datetime
) -> Order:
    """Book that pieces (all that wait, unless named) left the house, and tell the buyer.

    From here on the makers' pay stays theirs, and may be paid out. Raises NotPossible,
    stock.NothingThere, stock.Busy.
    """
    order = lock(order_id)
    units = _choose(order, unit_ids, state=Unit.State.PAID)
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
    settle_state(order)
    notices.sent(order, units=units, now=now)
    logger.info("order.sent", extra={"order": order.pk, "pieces": len(units)})
    return order


@transaction.atomic
def mark_delivered(*, order_id: int, unit_ids: Sequence[int] | None = None, now: datetime) -> Order:
    """Book that sent pieces arrived: the programmes' shares mature when returns are over.

    Raises NotPossible.
    """
    order = lock(order_id)
    units = _choose(order, unit_ids, state=Unit.State.SENT)
    for unit in units:
        unit.state = Unit.State.DELIVERED
        unit.delivered_at = now
    Unit.objects.bulk_update(units, ["state", "delivered_at"])
    ledger.set_maturity(
        source_keys=[f"unit/{unit.pk}/split" for unit in units],
        kind=Account.Kind.FUND,
        matures_at=now + RETURN_WINDOW,
    )
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
