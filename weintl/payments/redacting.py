"""Forgetting who paid: what the provider told of a payment loses all but ids and amounts."""

import json
from typing import Any

from django.db.models import Q, QuerySet

from .models import Payment, WebhookEvent

# What an event must still say to be told apart, and run again: which object of which payment.
KEPT = frozenset(
    [
        "id",
        "object",
        "type",
        "api_version",
        "created",
        "livemode",
        "amount",
        "amount_total",
        "amount_refunded",
        "charge",
        "client_reference_id",
        "currency",
        "payment_intent",
        "payment_status",
        "status",
    ]
)
STATE = WebhookEvent.State


def forget_payer(payments: QuerySet[Payment]) -> int:
    """Take the e-mail address from payments, and all of people from events about them.

    Call it in a transaction that has locked the payments. Events that still wait keep their
    body. Returns how many events lost something. Safe to repeat.
    """
    ids = list(payments.values_list("pk", "session_id", "intent_id", "charge_id"))
    named = [name for row in ids for name in row[1:] if name]
    about = Q(payment__in=[row[0] for row in ids]) | Q(object_id__in=named)
    events = WebhookEvent.objects.filter(about, state__in=[STATE.PROCESSED, STATE.IGNORED])
    count = 0
    for event in events.order_by("pk").iterator(chunk_size=500):
        body = redacted(event.body)
        if body != event.body:
            count += WebhookEvent.objects.filter(pk=event.pk).update(body=body, last_error="")
    Payment.objects.filter(pk__in=[row[0] for row in ids]).update(email="")
    return count


def redacted(body: str) -> str:
    """Return an event's body with ids, amounts and states alone."""
    event = json.loads(body)
    kept = _kept(event)
    thing = event["data"]["object"]
    kept["data"] = {"object": {**_kept(thing), **_own_names(thing)}}
    return json.dumps(kept, sort_keys=True)


def _kept(thing: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in thing.items()
        if name in KEPT and not isinstance(value, dict | list)
    }


def _own_names(thing: dict[str, Any]) -> dict[str, Any]:
    """Return what we ourselves gave the provider to know the payment by."""
    metadata = thing.get("metadata")
    named = metadata.get("payment") if isinstance(metadata, dict) else None
    return {"metadata": {"payment": named}} if isinstance(named, str) else {}
