"""Which payment an event speaks of, so that all events of one payment take the same lock."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

from . import client
from .models import Payment, Subscription, WebhookEvent

# The types that say something about a payment or a payout to our bank; all others are kept as
# ignored. Never `invoice.created`: an answer that fails would delay every renewal.
PAYOUT_TYPES = frozenset(
    [
        "payout.paid",
        "payout.failed",
        "payout.canceled",
        "payout.reconciliation_completed",
    ]
)
DECLINED = "payment_intent.payment_failed"
SUBSCRIPTION_TYPES = frozenset(
    [
        "customer.subscription.created",
        "customer.subscription.deleted",
        "customer.subscription.paused",
        "customer.subscription.resumed",
        "customer.subscription.updated",
        "invoice.paid",
        "invoice.payment_action_required",
        "invoice.payment_failed",
    ]
)
# Another card, typed on the provider's page, is told by this alone.
CUSTOMER = "customer.updated"
TYPES = (PAYOUT_TYPES | SUBSCRIPTION_TYPES) | frozenset(
    [
        CUSTOMER,
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
        DECLINED,
        "charge.updated",
        "charge.refunded",
        "refund.created",
        "refund.updated",
        "refund.failed",
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
    ]
)


@dataclass(frozen=True)
class Clue:
    """The ids by which an object of the provider leads to a payment of ours."""

    kind: str = ""
    public_id: str = ""
    session_id: str = ""
    intent_id: str = ""
    charge_id: str = ""
    subscription_id: str = ""
    subscription_public_id: str = ""


def clue_of(event: WebhookEvent) -> Clue:
    """Read the ids from an event's object; all empty if it has none."""
    return clue_from(json.loads(event.body)["data"]["object"])


def clue_from(thing: dict[str, Any]) -> Clue:
    """Read the ids from a session, intent, charge, refund or dispute."""
    kind, own = thing.get("object"), _text(thing.get("id"))
    named = _metadata(thing).get("payment", "")
    # An invoice names its subscription only inside, since 2025-03-31 (basil).
    parent = thing.get("parent")
    details = parent.get("subscription_details") if isinstance(parent, dict) else None
    whole = thing if kind == "subscription" else details if isinstance(details, dict) else {}
    return Clue(
        subscription_id=own if kind == "subscription" else _text(whole.get("subscription")),
        subscription_public_id=_text(_metadata(whole).get("subscription")),
        kind=_text(kind),
        public_id=_text(thing.get("client_reference_id") or named),
        session_id=own if kind == "checkout.session" else "",
        intent_id=own if kind == "payment_intent" else _text(thing.get("payment_intent")),
        charge_id=own if kind == "charge" else _text(thing.get("charge")),
    )


def _metadata(thing: dict[str, Any]) -> dict[str, Any]:
    found = thing.get("metadata")
    return found if isinstance(found, dict) else {}


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("id")
    # What the provider's ids never hold would not fit into a query: a NUL, half a character.
    return value if isinstance(value, str) and value.isascii() and value.isprintable() else ""


def find(clue: Clue) -> Payment | None:
    """Return our payment, None if it is not ours. Asks the provider where ids do not suffice.

    The provider is asked only for the metadata that was set when the page was opened; what it
    says of the state is fetched again under the lock. Raises client.Unavailable.
    """
    found = known(clue)
    if found or not (clue.intent_id or clue.charge_id):
        return found
    try:
        intent_id = clue.intent_id or clue_from(client.charge(clue.charge_id)).intent_id
        if not intent_id:
            return None
        return known(clue_from(client.payment_intent(intent_id)))
    except client.Refused:
        return None


def known(clue: Clue) -> Payment | None:
    """Return our payment by the ids that stand in our rows, None if none leads to one."""
    payments = Payment.objects.all()
    try:
        by_name = payments.filter(public_id=uuid.UUID(clue.public_id)).first()
    except ValueError:
        by_name = None
    if by_name is not None:
        return by_name
    for field in ("session_id", "intent_id", "charge_id"):
        value = getattr(clue, field)
        found = payments.filter(**{field: value}).first() if value else None
        if found is not None:
            return found
    return None


def subscription(clue: Clue) -> Subscription | None:
    """Return our repeated payment, None if none of ours is meant."""
    rows = Subscription.objects.all()
    if clue.subscription_id:
        found = rows.filter(subscription_id=clue.subscription_id).first()
        if found is not None:
            return found
    try:
        return rows.filter(public_id=uuid.UUID(clue.subscription_public_id)).first()
    except ValueError:
        return None
