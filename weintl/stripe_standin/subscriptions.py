"""Subscriptions: begun on the pay page, renewed on the clock, changed, paused and ended.

Billing mode flexible. Free amounts come as `price_data`; changes never prorate here.
"""

from typing import Any

from . import calendars, invoices, setups
from .errors import ApiError
from .events import emit
from .invoices import Terms
from .shapes import new_id, shape
from .storage import Record
from .world import World

KIND = "subscription"
ENDED = {"canceled", "incomplete_expired"}
# What becomes of a subscription whose card was declined for the last time; Stripe's dashboard
# has the same choice. Control: `subscriptions/settings`.
LAST_DECLINE = {"cancel": "canceled", "unpaid": "unpaid", "past_due": "past_due"}


def begin(world: World, session: Record, *, line: Record, method: Record, intent: Record) -> None:
    """Make the subscription that a paid page stands for, with its first invoice, paid."""
    now, given = world.now(), session.hidden["subscription_data"]
    sub_id, price = new_id("sub_1"), line.body["price"]
    interval = price["recurring"]["interval"]
    item = _item(world, sub_id, price=price, quantity=line.body["quantity"])
    item["current_period_start"] = now
    item["current_period_end"] = calendars.boundary(now, interval=interval, number=1)
    body = shape(
        KIND,
        id=sub_id,
        billing_cycle_anchor=now,
        created=now,
        currency=session.body["currency"],
        customer=session.body["customer"],
        default_payment_method=method.id,
        description=given.get("description"),
        items=items_of(sub_id, item),
        metadata=dict(given.get("metadata") or {}),
        start_date=now,
        status="active",
    )
    setups.attach(world, method, customer=session.body["customer"])
    sub = world.store.put(KIND, body)
    emit(world, "customer.subscription.created", body)
    invoice = invoices.draft(world, Terms(sub, item, "subscription_create"))
    world.change(sub, latest_invoice=invoice.id)
    invoices.take_first(world, invoice, intent=intent)
    world.change(session, subscription=sub_id, invoice=invoice.id)
    world.schedule_at("renew_subscription", sub_id, at=item["current_period_end"])


def _item(world: World, sub_id: str, *, price: dict[str, Any], quantity: int) -> dict[str, Any]:
    plan = shape(
        "plan",
        id=price["id"],
        amount=price["unit_amount"],
        amount_decimal=str(price["unit_amount"]),
        created=price["created"],
        currency=price["currency"],
        interval=price["recurring"]["interval"],
        product=price["product"],
    )
    return shape(
        "subscription_item",
        id=new_id("si_", length=14),
        created=world.now(),
        plan=plan,
        price=price,
        quantity=quantity,
        subscription=sub_id,
    )


def items_of(sub_id: str, item: dict[str, Any]) -> dict[str, Any]:
    url = f"/v1/subscription_items?subscription={sub_id}"
    return {"object": "list", "data": [item], "has_more": False, "url": url}


def item_of(sub: Record) -> dict[str, Any]:
    """Return the one item that a subscription has here."""
    item: dict[str, Any] = sub.body["items"]["data"][0]
    return item


def renew(world: World, sub_id: str) -> None:
    """Begin the next period with a draft invoice, or end what was to end with this one."""
    sub = world.need(KIND, sub_id)
    if not _runs(sub):
        return
    if sub.body["cancel_at_period_end"]:
        end(world, sub, reason="cancellation_requested")
        return
    item = dict(item_of(sub))
    start, number = item["current_period_end"], 1
    while (finish := _boundary(sub, item, number)) <= start:
        number += 1
    item |= {"current_period_start": start, "current_period_end": finish}
    invoice = _invoice_period(world, sub, item, reason="subscription_cycle")
    world.schedule_at("renew_subscription", sub_id, at=finish)
    if sub.body["status"] == "unpaid":
        # Nothing more is collected; the draft stays one.
        world.change(invoice, auto_advance=False)
        return
    if sub.body["pause_collection"]:
        # Void at once. Source: docs.stripe.com/billing/subscriptions/pause-payment.
        _finalize(world, sub, invoice)
        return
    at = world.now() + invoices.DRAFT_FOR
    world.change(invoice, automatically_finalizes_at=at)
    world.schedule_at("finalize_invoice", invoice.id, at=at)


def renew_now(world: World, sub: Record, *, reason: str = "subscription_cycle") -> None:
    """Begin a period at this moment, and try the card at once.

    Raises ApiError for a subscription that is paused or has ended.
    """
    if not _runs(sub):
        raise ApiError(f"A subscription that is {sub.body['status']} is not renewed.")
    world.unschedule("renew_subscription", sub.id)
    if sub.body["cancel_at_period_end"]:
        end(world, sub, reason="cancellation_requested")
        return
    now, item = world.now(), dict(item_of(sub))
    interval = item["price"]["recurring"]["interval"]
    item["current_period_start"] = now
    item["current_period_end"] = calendars.boundary(now, interval=interval, number=1)
    world.change(sub, billing_cycle_anchor=now)
    invoice = _invoice_period(world, sub, item, reason=reason)
    world.schedule_at("renew_subscription", sub.id, at=item["current_period_end"])
    _finalize(world, sub, invoice)


def _runs(sub: Record) -> bool:
    return sub.body["status"] not in {*ENDED, "paused"}


def _invoice_period(world: World, sub: Record, item: dict[str, Any], *, reason: str) -> Record:
    """Give the subscription the period of `item` and return the draft over it."""
    previous = world.change(sub, items=items_of(sub.id, item))
    invoice = invoices.draft(world, Terms(sub, item, reason))
    previous |= world.change(sub, latest_invoice=invoice.id)
    emit(world, "customer.subscription.updated", sub.body, previous=previous)
    return invoice


def _boundary(sub: Record, item: dict[str, Any], number: int) -> int:
    interval = item["price"]["recurring"]["interval"]
    return calendars.boundary(sub.body["billing_cycle_anchor"], interval=interval, number=number)


def finalize_invoice(world: World, invoice_id: str) -> None:
    """Open a draft and try the card, unless collection is paused: then it is void."""
    invoice = world.need(invoices.KIND, invoice_id)
    if invoice.body["status"] != "draft":
        return
    _finalize(world, world.need(KIND, invoice.hidden["subscription"]), invoice)


def _finalize(world: World, sub: Record, invoice: Record) -> None:
    invoices.finalize(world, invoice)
    if sub.body["pause_collection"]:
        invoices.void(world, invoice)
        return
    collect(world, sub, invoice)


def resume_collection(world: World, sub_id: str) -> None:
    """Collect again from now on: the pause had an end."""
    sub = world.need(KIND, sub_id)
    if sub.body["status"] in ENDED or not sub.body["pause_collection"]:
        return
    previous = world.change(sub, pause_collection=None)
    emit(world, "customer.subscription.updated", sub.body, previous=previous)


def retry_invoice(world: World, invoice_id: str) -> None:
    """Try the card of an open invoice again; the last time decides about the subscription."""
    invoice = world.need(invoices.KIND, invoice_id)
    if invoice.body["status"] != "open":
        return
    sub = world.need(KIND, invoice.hidden["subscription"])
    is_paid = collect(world, sub, invoice)
    if is_paid or invoice.body["next_payment_attempt"] is not None or sub.body["status"] in ENDED:
        return
    status = LAST_DECLINE[world.store.setting("last_decline", "cancel")]
    if status == "canceled":
        end(world, sub, reason="payment_failed")
    else:
        _set_status(world, sub, status)


def collect(world: World, sub: Record, invoice: Record, *, method: Record | None = None) -> bool:
    """Try a card for an open invoice, the subscription's where none is named; say whether it paid.

    The newest invoice decides whether the subscription is active or past due.
    """
    known = world.store.get("payment_method", str(sub.body["default_payment_method"]))
    is_paid = invoices.collect(world, invoice, method=method or known)
    if sub.body["status"] in ENDED:
        invoices.leave(world, sub.id)
    elif sub.body["status"] != "paused" and invoices.is_newest(world, invoice):
        _set_status(world, sub, "active" if is_paid else _owing(sub))
    return is_paid


def _owing(sub: Record) -> str:
    return "unpaid" if sub.body["status"] == "unpaid" else "past_due"


def _set_status(world: World, sub: Record, status: str) -> None:
    previous = world.change(sub, status=status)
    if previous:
        emit(world, "customer.subscription.updated", sub.body, previous=previous)


def end(world: World, sub: Record, *, reason: str) -> None:
    """End a subscription now: no more invoices, and what is open is not tried again."""
    world.unschedule("renew_subscription", sub.id)
    world.unschedule("resume_collection", sub.id)
    world.change(
        sub,
        status="canceled",
        canceled_at=sub.body["canceled_at"] or world.now(),
        ended_at=world.now(),
        cancellation_details={**sub.body["cancellation_details"], "reason": reason},
    )
    emit(world, "customer.subscription.deleted", sub.body)
    invoices.leave(world, sub.id)
