"""Subscriptions: begun on the pay page, renewed on the clock, changed, paused and ended.

Billing mode flexible. Free amounts come as `price_data`; changes never prorate here.
"""

from typing import Any

from . import calendars, invoices, money
from .disputes import merged
from .errors import ApiError, CardError, missing, unsupported
from .events import emit
from .invoices import Terms
from .listing import Call, Endpoint, answer_list, created_range, filters
from .shapes import new_id, shape
from .storage import Query, Record
from .world import World

KIND = "subscription"
ENDED = {"canceled", "incomplete_expired"}
TAKEN = {"cancel_at_period_end", "cancellation_details", "default_payment_method", "description",
         "items", "metadata", "off_session", "pause_collection", "payment_behavior",
         "proration_behavior"}  # fmt: skip


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
        items=_items(sub_id, item),
        metadata=dict(given.get("metadata") or {}),
        start_date=now,
        status="active",
    )
    world.change(method, customer=session.body["customer"])
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


def _items(sub_id: str, item: dict[str, Any]) -> dict[str, Any]:
    url = f"/v1/subscription_items?subscription={sub_id}"
    return {"object": "list", "data": [item], "has_more": False, "url": url}


def item_of(sub: Record) -> dict[str, Any]:
    """Return the one item that a subscription has here."""
    item: dict[str, Any] = sub.body["items"]["data"][0]
    return item


def renew(world: World, sub_id: str) -> None:
    """Begin the next period with a draft invoice, or end what was to end with this one."""
    sub = world.need(KIND, sub_id)
    if sub.body["status"] in ENDED or sub.body["status"] == "paused":
        return
    if sub.body["cancel_at_period_end"]:
        end(world, sub, reason="cancellation_requested")
        return
    item = dict(item_of(sub))
    start, number = item["current_period_end"], 1
    while (finish := _boundary(sub, item, number)) <= start:
        number += 1
    item |= {"current_period_start": start, "current_period_end": finish}
    previous = world.change(sub, items=_items(sub_id, item))
    invoice = invoices.draft(world, Terms(sub, item, "subscription_cycle"))
    world.change(sub, latest_invoice=invoice.id)
    emit(world, "customer.subscription.updated", sub.body, previous=previous)
    at = world.now() + invoices.DRAFT_FOR
    world.change(invoice, automatically_finalizes_at=at)
    world.schedule_at("finalize_invoice", invoice.id, at=at)
    world.schedule_at("renew_subscription", sub_id, at=finish)


def _boundary(sub: Record, item: dict[str, Any], number: int) -> int:
    interval = item["price"]["recurring"]["interval"]
    return calendars.boundary(sub.body["billing_cycle_anchor"], interval=interval, number=number)


def finalize_invoice(world: World, invoice_id: str) -> None:
    """Open a draft and try the card, unless collection is paused: then it is void."""
    invoice = world.need(invoices.KIND, invoice_id)
    if invoice.body["status"] != "draft":
        return
    sub = world.need(KIND, invoice.hidden["subscription"])
    invoices.finalize(world, invoice)
    if sub.body["pause_collection"] or sub.body["status"] in ENDED:
        invoices.void(world, invoice)
        return
    _try(world, sub, invoice)


def retry_invoice(world: World, invoice_id: str) -> None:
    """Try the card of an open invoice again; after the last time the subscription ends."""
    invoice = world.need(invoices.KIND, invoice_id)
    if invoice.body["status"] != "open":
        return
    sub = world.need(KIND, invoice.hidden["subscription"])
    if not _try(world, sub, invoice) and invoice.body["next_payment_attempt"] is None:
        end(world, sub, reason="payment_failed")


def _try(world: World, sub: Record, invoice: Record) -> bool:
    method = world.store.get("payment_method", str(sub.body["default_payment_method"]))
    is_paid = invoices.collect(world, invoice, method=method)
    if sub.body["status"] not in ENDED:
        _set_status(world, sub, "active" if is_paid else "past_due")
    return is_paid


def _set_status(world: World, sub: Record, status: str) -> None:
    previous = world.change(sub, status=status)
    if previous:
        emit(world, "customer.subscription.updated", sub.body, previous=previous)


def end(world: World, sub: Record, *, reason: str) -> None:
    """End a subscription now; nothing more is invoiced."""
    world.unschedule("renew_subscription", sub.id)
    world.change(
        sub,
        status="canceled",
        canceled_at=sub.body["canceled_at"] or world.now(),
        ended_at=world.now(),
        cancellation_details={**sub.body["cancellation_details"], "reason": reason},
    )
    emit(world, "customer.subscription.deleted", sub.body)


def new_card(world: World, sub: Record, method: Record) -> None:
    """Charge the next invoices to another card; an open one is tried by its own time."""
    world.change(method, customer=sub.body["customer"])
    emit(world, "payment_method.attached", method.body)
    previous = world.change(sub, default_payment_method=method.id)
    emit(world, "customer.subscription.updated", sub.body, previous=previous)


def _live(call: Call) -> Record:
    sub = call.world.need(KIND, call.object_id)
    if sub.body["status"] in ENDED:
        # Stripe does not find an ended one for changes.
        raise missing(KIND, sub.id)
    return sub


def _update(call: Call) -> dict[str, Any]:
    world, given, sub = call.world, call.given, _live(call)
    for name in given:
        if name not in TAKEN:
            raise unsupported(name, why="leave it out here.")
    changes: dict[str, Any] = {}
    if "items" in given:
        changes["items"] = _items(sub.id, _changed_item(world, sub, given))
    if "metadata" in given:
        changes["metadata"] = merged(sub.body["metadata"], given["metadata"])
    if "pause_collection" in given:
        pause = given["pause_collection"]
        changes["pause_collection"] = {"resumes_at": None, **pause} if pause else None
    if "cancel_at_period_end" in given:
        is_ending = given["cancel_at_period_end"]
        ends_at = item_of(sub)["current_period_end"] if is_ending else None
        changes |= {
            "cancel_at_period_end": is_ending,
            "cancel_at": ends_at,
            "canceled_at": world.now() if is_ending else None,
        }
    if "default_payment_method" in given:
        method = given["default_payment_method"]
        world.need("payment_method", method, param="default_payment_method", status=400)
        changes["default_payment_method"] = method
    if "description" in given:
        changes["description"] = given["description"] or None
    if "cancellation_details" in given:
        details = {**sub.body["cancellation_details"], **given["cancellation_details"]}
        changes["cancellation_details"] = details
    previous = world.change(sub, **changes)
    if previous:
        emit(world, "customer.subscription.updated", sub.body, previous=previous)
    return sub.body


def _changed_item(world: World, sub: Record, given: dict[str, Any]) -> dict[str, Any]:
    """Return the item at another price, from the next period on."""
    if given.get("proration_behavior") != "none":
        raise unsupported("proration_behavior", why="only `none` is taken.")
    rows, item = given["items"], item_of(sub)
    if len(rows) != 1 or rows[0].get("id") != item["id"]:
        raise unsupported("items", why="change the one item that there is, by its id.")
    data = rows[0].get("price_data")
    if data is None or "unit_amount" not in data:
        raise unsupported("items[0]", why="give price_data with unit_amount.")
    price = item["price"]
    if data["recurring"]["interval"] != price["recurring"]["interval"]:
        raise unsupported("items[0][price_data][recurring]", why="the interval stays.")
    if data["currency"].lower() != sub.body["currency"]:
        raise ApiError("The price's currency must be that of the subscription.", param="items")
    world.need("product", data["product"], param="items[0][price_data][product]", status=400)
    if data["unit_amount"] < money.MINIMUM:
        raise ApiError("Amount is below the minimum.", code="amount_too_small", param="items")
    new = {
        **price,
        "id": new_id("price_1"),
        "created": world.now(),
        "product": data["product"],
        "unit_amount": data["unit_amount"],
        "unit_amount_decimal": str(data["unit_amount"]),
    }
    plan = {**item["plan"], "id": new["id"], "amount": new["unit_amount"],
            "amount_decimal": new["unit_amount_decimal"], "product": new["product"]}  # fmt: skip
    return {**item, "price": new, "plan": plan}


def _cancel(call: Call) -> dict[str, Any]:
    sub = _live(call)
    for name in call.given:
        if name not in {"cancellation_details", "invoice_now", "prorate"}:
            raise unsupported(name, why="leave it out here.")
    details = call.given.get("cancellation_details", {})
    sub.body["cancellation_details"] = {**sub.body["cancellation_details"], **details}
    end(call.world, sub, reason="cancellation_requested")
    return sub.body


def _pause(call: Call) -> dict[str, Any]:
    """Stop periods and invoices; only what is paid to date may be paused here."""
    sub = _live(call)
    for name in call.given:
        if name not in {"type", "bill_for", "invoicing_behavior"}:
            raise unsupported(name, why="leave it out here.")
    if sub.body["status"] != "active":
        raise ApiError("Only subscriptions that are active can be paused.")
    call.world.unschedule("renew_subscription", sub.id)
    previous = call.world.change(sub, status="paused")
    emit(call.world, "customer.subscription.paused", sub.body, previous=previous)
    return sub.body


def _resume(call: Call) -> dict[str, Any]:
    """Go on: where the paid period is over, a new one begins now and is invoiced at once."""
    world, sub = call.world, _live(call)
    if sub.body["status"] != "paused":
        raise ApiError("Only subscriptions that are paused can be resumed.")
    previous = world.change(sub, status="active")
    item = dict(item_of(sub))
    if item["current_period_end"] <= world.now():
        interval = item["price"]["recurring"]["interval"]
        item["current_period_start"] = item["current_period_end"] = world.now()
        item["current_period_end"] = calendars.boundary(world.now(), interval=interval, number=1)
        world.change(sub, billing_cycle_anchor=world.now(), items=_items(sub.id, item))
        emit(world, "customer.subscription.resumed", sub.body, previous=previous)
        invoice = invoices.draft(world, Terms(sub, item, "subscription_update"))
        world.change(sub, latest_invoice=invoice.id)
        invoices.finalize(world, invoice)
        _try(world, sub, invoice)
    else:
        emit(world, "customer.subscription.resumed", sub.body, previous=previous)
    world.schedule_at("renew_subscription", sub.id, at=item_of(sub)["current_period_end"])
    return sub.body


def _pay_invoice(call: Call) -> dict[str, Any]:
    """Try an open invoice at once, with the subscription's card."""
    world = call.world
    for name in call.given:
        if name not in {"off_session", "payment_method"}:
            raise unsupported(name, why="leave it out here.")
    invoice = invoices.need_open(world, call.object_id)
    sub = world.need(KIND, invoice.hidden["subscription"])
    method = call.given.get("payment_method")
    if method:
        sub.body["default_payment_method"] = method
    if not _try(world, sub, invoice):
        raise CardError("Your card was declined.", code="card_declined")
    return invoice.body


def _void_invoice(call: Call) -> dict[str, Any]:
    invoice = invoices.need_open(call.world, call.object_id)
    invoices.void(call.world, invoice)
    return invoice.body


def _list(call: Call) -> dict[str, Any]:
    where = filters(call.given, "customer", "status")
    if where.get("status") == "all":
        del where["status"]
    return answer_list(call, Query(KIND, where, created=created_range(call.given)))


def _retrieve(call: Call) -> dict[str, Any]:
    return call.world.need(KIND, call.object_id).body


ENDPOINTS = [
    Endpoint("GET", "/v1/subscriptions", "SubscriptionListParams", f"list:{KIND}", _list),
    Endpoint("GET", "/v1/subscriptions/{id}", "SubscriptionRetrieveParams", KIND, _retrieve),
    Endpoint("POST", "/v1/subscriptions/{id}", "SubscriptionUpdateParams", KIND, _update),
    Endpoint("DELETE", "/v1/subscriptions/{id}", "SubscriptionCancelParams", KIND, _cancel),
    Endpoint("POST", "/v1/subscriptions/{id}/pause", "SubscriptionPauseParams", KIND, _pause),
    Endpoint("POST", "/v1/subscriptions/{id}/resume", "SubscriptionResumeParams", KIND, _resume),
    Endpoint("POST", "/v1/invoices/{id}/pay", "InvoicePayParams", invoices.KIND, _pay_invoice),
    Endpoint(
        "POST", "/v1/invoices/{id}/void", "InvoiceVoidInvoiceParams", invoices.KIND, _void_invoice
    ),
]
