"""Holds whose time is over. The clock alone frees nothing: the payment page is closed first."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from weintl.payments import sessions
from weintl.payments.models import Payment

from . import stock
from .models import Hold, Order
from .orders import lock

logger = logging.getLogger(__name__)
AT_A_TIME = 200
# A page that could not be closed is tried again after this, so that it holds up no other.
AGAIN_AFTER = timedelta(minutes=5)
CLOSED_UNPAID = frozenset({Payment.State.EXPIRED, Payment.State.FAILED})


def sweep(*, now: datetime) -> int:
    """Settle due holds, oldest first, a batch a call; return the number of orders.

    Complete at the provider: converted by the settlement. Expired: released. Unreachable:
    kept and logged, to be tried again.
    """
    due = Hold.objects.filter(state=Hold.State.ACTIVE, expires_at__lte=now)
    found = due.order_by("expires_at", "pk").values_list("order", flat=True)
    order_ids = list(dict.fromkeys(found[:AT_A_TIME]))
    for order_id in order_ids:
        _settle(order_id, now=now)
    return len(order_ids)


def _settle(order_id: int, *, now: datetime) -> None:
    order = Order.objects.select_related("payment").get(pk=order_id)
    if order.payment is None:
        logger.error("hold.no_payment", extra={"order": order_id})
        return
    try:
        payment = sessions.expire(payment=order.payment, now=now)
    except sessions.ProviderUnavailable:
        logger.warning("hold.kept", extra={"order": order_id})
        _look_later(order_id, now=now)
        return
    if payment.state in CLOSED_UNPAID:
        _release(order_id, now=now)
    elif payment.state != Payment.State.SUCCEEDED:
        # A delayed method was chosen: the provider decides later, the pieces wait.
        logger.info("hold.payment_under_way", extra={"order": order_id})
        _look_later(order_id, now=now)


def _look_later(order_id: int, *, now: datetime) -> None:
    kept = Hold.objects.filter(order_id=order_id, state=Hold.State.ACTIVE)
    kept.update(expires_at=now + AGAIN_AFTER)


@transaction.atomic
def _release(order_id: int, *, now: datetime) -> None:
    """Let go, should the settlement have missed it; usually it has done so already."""
    order = lock(order_id)
    if stock.release(order=order, now=now):
        logger.warning("hold.released_by_sweeper", extra={"order": order_id})
    if order.state == Order.State.AWAITING_PAYMENT:
        order.state = Order.State.EXPIRED
        order.save(update_fields=["state"])
