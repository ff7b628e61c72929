"""What can be expanded, and how an answer is rendered as of now."""

from collections.abc import Callable
from typing import Any

from . import balance, disputes, events, sessions
from .errors import ApiError
from .storage import Query
from .world import World

MAX_DEPTH = 4
# kind → property → kind of what it names. `list:` is a page of them that comes only when
# expanded, `=` an object that stands inside anyway, `any` whatever the id names, "" something
# that the stand-in never sets.
EXPANDABLE: dict[str, dict[str, str]] = {
    "balance_transaction": {"source": "any"},
    "charge": {
        "application": "",
        "application_fee": "",
        "balance_transaction": "balance_transaction",
        "customer": "customer",
        "failure_balance_transaction": "balance_transaction",
        "on_behalf_of": "",
        "payment_intent": "payment_intent",
        "refunds": "list:refund",
        "review": "",
        "source_transfer": "",
        "transfer": "",
    },
    "checkout.session": {
        "customer": "customer",
        "invoice": "invoice",
        "line_items": "list:item",
        "payment_intent": "payment_intent",
        "payment_link": "",
        "setup_intent": "setup_intent",
        "subscription": "subscription",
    },
    "customer": {
        "default_source": "",
        "sources": "list:",
        "subscriptions": "list:",
        "tax_ids": "list:",
        "test_clock": "",
    },
    "dispute": {"charge": "charge", "payment_intent": "payment_intent"},
    "invoice": {
        "application": "",
        "customer": "customer",
        "default_payment_method": "payment_method",
        "payments": "list:invoice_payment",
    },
    "invoice_payment": {"invoice": "invoice"},
    "subscription": {
        "application": "",
        "customer": "customer",
        "default_payment_method": "payment_method",
        "latest_invoice": "invoice",
        "pending_setup_intent": "",
        "schedule": "",
        "test_clock": "",
    },
    "item": {"price": "=price"},
    "payment_intent": {
        "application": "",
        "customer": "customer",
        "latest_charge": "charge",
        "on_behalf_of": "",
        "payment_method": "payment_method",
        "review": "",
        "source": "",
    },
    "payment_method": {"customer": "customer"},
    "setup_intent": {
        "application": "",
        "customer": "customer",
        "latest_attempt": "",
        "mandate": "",
        "on_behalf_of": "",
        "payment_method": "payment_method",
        "single_use_mandate": "",
    },
    "payout": {
        "balance_transaction": "balance_transaction",
        "destination": "",
        "failure_balance_transaction": "balance_transaction",
        "original_payout": "",
        "reversed_by": "",
    },
    "price": {"product": "product"},
    "refund": {
        "balance_transaction": "balance_transaction",
        "charge": "charge",
        "customer": "customer",
        "failure_balance_transaction": "balance_transaction",
        "payment_intent": "payment_intent",
        "payment_method": "payment_method",
        "source_transfer_reversal": "",
        "transfer_reversal": "",
    },
}
RENDERED: dict[str, Callable[[World, dict[str, Any]], dict[str, Any]]] = {
    "balance_transaction": balance.rendered,
    "dispute": disputes.rendered,
    "event": events.rendered,
}


def hold(kind: str, *, paths: list[str]) -> None:
    """Raise ApiError for a path that cannot be expanded in an answer of `kind`."""
    for path in paths:
        steps = path.split(".")
        if len(steps) > MAX_DEPTH + (steps[0] == "data"):
            raise ApiError(
                f"You cannot expand more than {MAX_DEPTH} levels of a property. Property: {path}",
                param="expand",
            )
        _hold_path(kind, steps, path=path)


def _hold_path(kind: str, steps: list[str], *, path: str) -> None:
    for step in steps:
        if kind == "any" or (kind.startswith("list:") and step == "data"):
            kind = kind.removeprefix("list:")
            continue
        target = EXPANDABLE.get(kind, {}).get(step)
        # An object that stands inside anyway is a way to go, not something to expand.
        if target is None or (target.startswith("=") and step == steps[-1]):
            raise ApiError(
                f"This property cannot be expanded ({path}).",
                code="property_not_expandable",
                param="expand",
            )
        kind = target.removeprefix("=")


def render(world: World, body: dict[str, Any], *, paths: list[str]) -> dict[str, Any]:
    """Return the object, or the list, as of now, with the paths expanded."""
    kind = body.get("object", "")
    if kind == "list":
        inner = [path.removeprefix("data.") for path in paths if path.startswith("data.")]
        return {**body, "data": [render(world, item, paths=inner) for item in body["data"]]}
    if kind in RENDERED:
        body = RENDERED[kind](world, body)
    branches: dict[str, list[str]] = {}
    for path in paths:
        head, _, rest = path.partition(".")
        branches.setdefault(head, []).extend([rest] if rest else [])
    expanded = {
        head: _expanded(world, body, name=head, paths=rest) for head, rest in branches.items()
    }
    return {**body, **expanded}


def _expanded(world: World, body: dict[str, Any], *, name: str, paths: list[str]) -> Any:
    target = EXPANDABLE.get(body["object"], {}).get(name, "")
    if target.startswith("list:"):
        return _inner_list(world, body, name=name, kind=target[5:], paths=paths)
    value = body.get(name)
    if isinstance(value, dict):
        return render(world, value, paths=paths)
    found = world.store.get("" if target == "any" else target, value) if value and target else None
    return render(world, found.body, paths=paths) if found else value


def _inner_list(
    world: World, body: dict[str, Any], *, name: str, kind: str, paths: list[str]
) -> dict[str, Any]:
    if kind == "item":
        found = sessions.lines_of(world, body["id"])
        place = f"/v1/checkout/sessions/{body['id']}/line_items"
    else:
        by = "invoice" if kind == "invoice_payment" else "charge"
        found = world.store.find(Query(kind, {by: body["id"]})) if kind else []
        place = f"/v1/{body['object']}s/{body['id']}/{name}"
    page = {
        "object": "list",
        "data": [record.body for record in found[:10]],
        "has_more": len(found) > 10,
        "url": place,
    }
    return render(world, page, paths=paths)
