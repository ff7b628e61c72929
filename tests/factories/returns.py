"""Orders that arrived, and what their buyers want to send back."""

from datetime import datetime, timedelta

from marketplace import orders, return_requests
from marketplace.models import Order, ReturnRequest, Unit

from .marketplace import on_shelf, order_of, pay


def arrived(*, now: datetime, pieces: int = 2, days: int = 1, **given) -> Order:
    """Return an order whose parcel arrived `days` ago."""
    paid_at = now - timedelta(days=days + 2)
    placed = order_of({on_shelf(consigned=pieces, now=paid_at): pieces}, now=paid_at, **given)
    order = pay(placed, now=paid_at)
    orders.mark_sent(order_id=order.pk, actor=None, now=paid_at + timedelta(days=1))
    orders.mark_delivered(order_id=order.pk, actor=None, now=now - timedelta(days=days))
    order.refresh_from_db()
    return order


def asked(order: Order, *, now: datetime, pieces: int = 1, **given) -> ReturnRequest:
    """Return the request for the first `pieces` of an order."""
    units = Unit.objects.of(order).values_list("pk", flat=True)[:pieces]
    more = {"reason": "unwanted", "request_key": f"k{order.pk}", **given}
    return return_requests.ask(order_id=order.pk, unit_ids=list(units), now=now, **more)


def received(order: Order, *, now: datetime, condition: str = "good", **given) -> ReturnRequest:
    """Return a request whose pieces came back in `condition`."""
    request = asked(order, now=now, **given)
    return_requests.agree(request_id=request.pk, words="", actor=None, now=now)
    conditions = dict.fromkeys(request.pieces.values_list("unit_id", flat=True), condition)
    return return_requests.receive(
        request_id=request.pk, conditions=conditions, actor=None, now=now
    )
