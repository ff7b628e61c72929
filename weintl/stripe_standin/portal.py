"""Customer portal: a page for one errand, a new card or the end of a subscription."""

from typing import Any
from urllib.parse import urlsplit

from . import cards, setups, subscriptions
from .errors import ApiError, unsupported
from .events import emit
from .listing import Call, Endpoint
from .parameters import missing_param
from .shapes import new_id, shape
from .storage import Query, Record
from .world import World

KIND = "billing_portal.session"
# A link opens its page for so long. Source: docs.stripe.com/customer-management/integrate.
LIVES = 300
FLOWS = {"payment_method_update", "subscription_cancel"}


def _create(call: Call) -> dict[str, Any]:
    world, given = call.world, call.given
    for name in given:
        if name not in {"customer", "flow_data", "locale", "return_url"}:
            raise unsupported(name, why="leave it out here.")
    if "customer" not in given:
        raise missing_param("customer")
    world.need("customer", given["customer"], param="customer", status=400)
    _hold_address(given.get("return_url"))
    session_id = new_id("bps_1")
    body = shape(
        KIND,
        id=session_id,
        created=world.now(),
        customer=given["customer"],
        flow=_flow(world, given.get("flow_data")),
        locale=given.get("locale"),
        return_url=given.get("return_url"),
        url=f"{call.origin}/portal/{session_id}",
    )
    world.store.put(KIND, body)
    return body


def _hold_address(address: str | None) -> None:
    parts = urlsplit(address or "http://localhost/")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ApiError("Not a valid URL", code="url_invalid", param="return_url")


def _flow(world: World, given: dict[str, Any] | None) -> dict[str, Any] | None:
    if given is None:
        return None
    if given["type"] not in FLOWS:
        raise unsupported("flow_data[type]", why=f"`{given['type']}` is not taken.")
    for name in given:
        if name not in {"type", "after_completion", "subscription_cancel"}:
            raise unsupported(f"flow_data[{name}]", why="leave it out here.")
    cancel = given.get("subscription_cancel")
    if cancel is not None:
        param = "flow_data[subscription_cancel][subscription]"
        world.need(subscriptions.KIND, cancel["subscription"], param=param, status=400)
        cancel = {"retention": None, "subscription": cancel["subscription"]}
    return {
        "after_completion": _after(given.get("after_completion")),
        "subscription_cancel": cancel,
        "subscription_update": None,
        "subscription_update_confirm": None,
        "type": given["type"],
    }


def _after(given: dict[str, Any] | None) -> dict[str, Any]:
    """Return what follows the errand: the portal's home, or a way back by itself."""
    kind = given["type"] if given else "portal_homepage"
    if kind == "hosted_confirmation":
        raise unsupported("flow_data[after_completion][type]", why=f"`{kind}` is not taken.")
    back = None
    if given and kind == "redirect":
        if "redirect" not in given:
            raise missing_param("flow_data[after_completion][redirect]")
        back = {"return_url": given["redirect"]["return_url"]}
        _hold_address(back["return_url"])
    return {"hosted_confirmation": None, "redirect": back, "type": kind}


def way_back(session: Record) -> str | None:
    """Return where a finished errand leads by itself, None where it ends in the portal."""
    flow = session.body["flow"] or {}
    redirect = flow.get("after_completion", {}).get("redirect")
    return redirect["return_url"] if redirect else None


def is_open(world: World, session: Record) -> bool:
    """Say whether the link still opens its page."""
    return bool(session.body["created"] + LIVES > world.time())


def live(world: World, session: Record) -> list[Record]:
    """Return the customer's subscriptions that have not ended, newest first."""
    found = world.store.find(Query(subscriptions.KIND, {"customer": session.body["customer"]}))
    return [sub for sub in found if sub.body["status"] not in subscriptions.ENDED]


def take_card(world: World, session: Record, *, card: str) -> cards.Decline | None:
    """Make a card the customer's own for invoices.

    A subscription that names a card keeps it, as those do that began on a pay page. Returns why
    the card was refused, None where it was taken. Source:
    docs.stripe.com/customer-management/portal-deep-links.
    """
    number = cards.digits(card)
    decline = cards.decline_at_setup(number)
    if decline is not None:
        return decline
    customer = world.need("customer", session.body["customer"])
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    billing = {"address": address, "email": customer.body["email"],
               "name": customer.body["name"], "phone": None, "tax_id": None}  # fmt: skip
    method = cards.make_method(world, number=number, billing=billing)
    setups.attach(world, method, customer=customer.id)
    kept = {**customer.body["invoice_settings"], "default_payment_method": method.id}
    previous = world.change(customer, invoice_settings=kept)
    emit(world, "customer.updated", customer.body, previous=previous)
    return None


def cancel(world: World, session: Record) -> None:
    """End the subscription of the errand; one that has ended is left alone."""
    flow = session.body["flow"] or {}
    wanted = (flow.get("subscription_cancel") or {}).get("subscription")
    for sub in live(world, session):
        if sub.id == wanted:
            subscriptions.end(world, sub, reason="cancellation_requested")


ENDPOINTS = [
    Endpoint("POST", "/v1/billing_portal/sessions", "billing_portal.SessionCreateParams", KIND,
             _create),
]  # fmt: skip
