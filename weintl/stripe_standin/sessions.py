"""Checkout Sessions: a pay page with its lines, open for at most a day."""

from typing import Any

from . import intents, setups
from .errors import ApiError, missing
from .events import emit
from .listing import Call, Endpoint, answer_list, checked_limit, created_range, filters
from .session_rules import ECHOED, LONGEST, TEXTS, hold
from .shapes import new_id, shape
from .storage import Query, Record
from .world import World

KIND = "checkout.session"


def _create(call: Call) -> dict[str, Any]:
    world, given = call.world, call.given
    hold(given, world=world)
    lines = given.get("line_items", [])
    total = sum(line["price_data"]["unit_amount"] * line["quantity"] for line in lines)
    currency = lines[0]["price_data"]["currency"] if lines else given["currency"]
    session_id = new_id("cs_test_a1", length=56)
    customer = world.store.get("customer", given.get("customer", ""))
    body = shape(
        KIND,
        id=session_id,
        amount_subtotal=total if lines else None,
        amount_total=total if lines else None,
        created=world.now(),
        currency=currency.lower(),
        customer_details=_details(email=given.get("customer_email"), customer=customer),
        expires_at=given.get("expires_at", world.now() + LONGEST),
        url=f"{call.origin}/pay/{session_id}",
    )
    if customer is None and given["mode"] == "payment":
        body["customer_creation"] = "if_required"
    body |= {name: given[name] for name in ECHOED if name in given}
    for name in TEXTS:
        if name in given:
            body[name] = {**(body[name] or {}), **given[name]}
    body["mode"] = given["mode"]
    if given["mode"] == "setup":
        more = given.get("setup_intent_data", {})
        setup = setups.create(world, customer=given.get("customer"), data=more)
        body |= {"setup_intent": setup.id, "payment_status": "no_payment_required"}
    data = {**given.get("payment_intent_data", {}), "customer": given.get("customer")}
    plan = given.get("subscription_data", {})
    world.store.put(KIND, body, intent_data=data, subscription_data=plan)
    for line in lines:
        _add_line(world, line, session_id=session_id)
    world.schedule_at("expire_session", session_id, at=body["expires_at"])
    return body


def _details(*, email: str | None, customer: Record | None) -> dict[str, Any] | None:
    if customer is not None:
        return payer_details(email=customer.body["email"], name=customer.body["name"])
    return payer_details(email=email, name=None) if email else None


def payer_details(*, email: str | None, name: str | None) -> dict[str, Any]:
    """Return `customer_details` of somebody who typed no postal address."""
    return {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def _add_line(world: World, line: dict[str, Any], *, session_id: str) -> None:
    price, data = line["price_data"], line["price_data"]["product_data"]
    product = shape(
        "product",
        id=new_id("prod_", length=14),
        created=world.now(),
        updated=world.now(),
        name=data["name"],
        description=data.get("description"),
        images=data.get("images", []),
        metadata=data.get("metadata", {}),
    )
    world.store.put("product", product)
    amount = price["unit_amount"] * line["quantity"]
    currency = price["currency"].lower()
    kinds: dict[str, Any] = {}
    if "recurring" in price:
        kinds = {
            "type": "recurring",
            "recurring": {
                "interval": price["recurring"]["interval"],
                "interval_count": 1,
                "meter": None,
                "trial_period_days": None,
                "usage_type": "licensed",
            },
        }
    item = shape(
        "item",
        id=new_id("li_1"),
        amount_subtotal=amount,
        amount_total=amount,
        currency=currency,
        description=data["name"],
        metadata=line.get("metadata", {}),
        price=shape(
            "price",
            id=new_id("price_1"),
            created=world.now(),
            currency=currency,
            product=product["id"],
            unit_amount=price["unit_amount"],
            unit_amount_decimal=str(price["unit_amount"]),
            tax_behavior=price.get("tax_behavior", "unspecified"),
            **kinds,
        ),
        quantity=line["quantity"],
    )
    world.store.put("item", item, session=session_id)


def lines_of(world: World, session_id: str) -> list[Record]:
    """Return the session's lines in the order in which they were given."""
    return world.store.find(Query("item", {"hidden.session": session_id}))[::-1]


def intent_of(world: World, session: Record) -> Record | None:
    """Return the intent of the page, None before the first try.

    Pages that begin a subscription do not show it: its invoice does.
    """
    known = session.body["payment_intent"] or session.hidden.get("intent", "")
    return world.store.get("payment_intent", str(known))


def expire(world: World, session: Record) -> None:
    """Close an open session; nothing happens to one that is closed already."""
    if session.body["status"] != "open":
        return
    world.unschedule("expire_session", session.id)
    intent = intent_of(world, session)
    if intent is not None:
        intents.cancel(world, intent)
    if session.body["setup_intent"] is not None:
        setups.cancel(world, world.need(setups.KIND, session.body["setup_intent"]))
    world.change(session, status="expired", url=None)
    emit(world, "checkout.session.expired", session.body)


def expire_if_due(world: World, session_id: str) -> None:
    """Close the session once its time is over."""
    session = world.store.get(KIND, session_id)
    if session is not None and session.body["expires_at"] <= world.time():
        expire(world, session)


def _expire(call: Call) -> dict[str, Any]:
    session = call.world.need(KIND, call.object_id)
    status = session.body["status"]
    if status != "open":
        raise ApiError(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{status}`."
        )
    expire(call.world, session)
    return session.body


def _retrieve(call: Call) -> dict[str, Any]:
    return call.world.need(KIND, call.object_id).body


def _list(call: Call) -> dict[str, Any]:
    where = filters(call.given, "payment_intent", "customer", "status", "subscription")
    if "customer_details" in call.given:
        where["customer_details.email"] = call.given["customer_details"]["email"]
    return answer_list(call, Query(KIND, where, created=created_range(call.given)))


def _line_items(call: Call) -> dict[str, Any]:
    """Return lines in the order in which they were given, unlike all other lists."""
    session = call.world.need(KIND, call.object_id)
    bodies = [record.body for record in lines_of(call.world, session.id)]
    ids = [body["id"] for body in bodies]
    limit = checked_limit(call.given)
    start, end = 0, len(bodies)
    for param in ("starting_after", "ending_before"):
        cursor = call.given.get(param)
        if cursor and cursor not in ids:
            raise missing("item", cursor, param=param, status=400)
    if "starting_after" in call.given:
        start = ids.index(call.given["starting_after"]) + 1
    elif "ending_before" in call.given:
        end = ids.index(call.given["ending_before"])
        start = max(0, end - limit)
    more = start > 0 if "ending_before" in call.given else start + limit < end
    return {
        "object": "list",
        "data": bodies[start : min(end, start + limit)],
        "has_more": more,
        "url": call.path,
    }


ENDPOINTS = [
    Endpoint("POST", "/v1/checkout/sessions", "checkout.SessionCreateParams", KIND, _create),
    Endpoint("GET", "/v1/checkout/sessions", "checkout.SessionListParams", f"list:{KIND}", _list),
    Endpoint(
        "GET", "/v1/checkout/sessions/{id}", "checkout.SessionRetrieveParams", KIND, _retrieve
    ),
    Endpoint(
        "POST", "/v1/checkout/sessions/{id}/expire", "checkout.SessionExpireParams", KIND, _expire
    ),
    Endpoint(
        "GET",
        "/v1/checkout/sessions/{id}/line_items",
        "checkout.SessionListLineItemsParams",
        "list:item",
        _line_items,
    ),
]
