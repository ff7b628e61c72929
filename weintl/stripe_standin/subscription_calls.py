"""What callers may do with subscriptions and their invoices: read, change, pause, end, pay."""

from typing import Any

from . import invoices, money, payment_methods
from .disputes import merged
from .errors import ApiError, CardError, missing, unsupported
from .events import emit
from .listing import Call, Endpoint, answer_list, created_range, filters
from .shapes import new_id
from .storage import Query, Record
from .subscriptions import ENDED, KIND, collect, end, item_of, items_of, renew_now
from .world import World

TAKEN = {"cancel_at_period_end", "cancellation_details", "default_payment_method", "description",
         "items", "metadata", "off_session", "pause_collection", "payment_behavior",
         "proration_behavior"}  # fmt: skip
LISTED = {"created", "customer", "ending_before", "limit", "starting_after", "status"}
IS_ENDED = "json_extract(body, '$.status') IN ('canceled', 'incomplete_expired')"


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
        changes["items"] = items_of(sub.id, _changed_item(world, sub, given))
    if "metadata" in given:
        changes["metadata"] = merged(sub.body["metadata"], given["metadata"])
    if "pause_collection" in given:
        changes["pause_collection"] = _pause_collection(world, sub, given["pause_collection"])
    if "cancel_at_period_end" in given:
        is_ending = given["cancel_at_period_end"]
        ends_at = item_of(sub)["current_period_end"] if is_ending else None
        changes |= {
            "cancel_at_period_end": is_ending,
            "cancel_at": ends_at,
            "canceled_at": world.now() if is_ending else None,
        }
    if "default_payment_method" in given:
        method, owner = given["default_payment_method"], sub.body["customer"]
        payment_methods.need_of(world, method, customer=owner, param="default_payment_method")
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


def _pause_collection(world: World, sub: Record, given: dict[str, Any]) -> dict[str, Any] | None:
    """Plan the end of a pause that has one; an empty value ends it."""
    world.unschedule("resume_collection", sub.id)
    if not given:
        return None
    param = "pause_collection[resumes_at]"
    if given["behavior"] != "void":
        raise unsupported("pause_collection[behavior]", why="only `void` is taken.")
    resumes_at = given.get("resumes_at") or None
    if resumes_at is not None and resumes_at <= world.now():
        raise ApiError("Invalid timestamp: must be in the future.", param=param)
    if resumes_at is not None:
        world.schedule_at("resume_collection", sub.id, at=resumes_at)
    return {"behavior": "void", "resumes_at": resumes_at}


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
    emit(world, "customer.subscription.resumed", sub.body, previous=previous)
    ends_at = item_of(sub)["current_period_end"]
    if ends_at <= world.now():
        renew_now(world, sub, reason="subscription_update")
    else:
        world.schedule_at("renew_subscription", sub.id, at=ends_at)
    return sub.body


def _pay_invoice(call: Call) -> dict[str, Any]:
    """Try an open invoice at once, with the subscription's card or the one that is named."""
    world, given = call.world, call.given
    for name in given:
        if name not in {"off_session", "payment_method"}:
            raise unsupported(name, why="leave it out here.")
    invoice = invoices.need_open(world, call.object_id)
    sub = world.need(KIND, invoice.hidden["subscription"])
    method = None
    if "payment_method" in given:
        named, owner = given["payment_method"], sub.body["customer"]
        payment_methods.need_of(world, named, customer=owner, param="payment_method")
        method = world.need(payment_methods.KIND, named)
    if not collect(world, sub, invoice, method=method):
        raise _card_error(world, invoice)
    return invoice.body


def _card_error(world: World, invoice: Record) -> CardError:
    """Return what the last try of an invoice met."""
    error = invoices.last_error(world, invoice)
    return CardError(error["message"], code=error["code"], decline_code=error["decline_code"])


def _void_invoice(call: Call) -> dict[str, Any]:
    invoice = invoices.need_open(call.world, call.object_id)
    invoices.void(call.world, invoice)
    return invoice.body


def _list(call: Call) -> dict[str, Any]:
    """Return those that have not ended, unless a status is named, `ended` and `all` included."""
    for name in call.given:
        if name not in LISTED:
            raise unsupported(name, why="leave it out here.")
    where = filters(call.given, "customer", "status")
    status = where.get("status", "")
    raw = {"": (f"NOT {IS_ENDED}",), "ended": (IS_ENDED,)}.get(status, ())
    if status in {"all", "ended"}:
        del where["status"]
    return answer_list(call, Query(KIND, where, created=created_range(call.given), raw=raw))


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
