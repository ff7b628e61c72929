"""Forgetting who paid: what the provider told of a payment loses all but ids and amounts."""

import json
from datetime import datetime
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
# In the metadata: our own ids.
OWN = ("payment", "subscription")
STATE = WebhookEvent.State


def forget_payer(payments: QuerySet[Payment]) -> int:
    """Take the e-mail address from payments, and all of people from events about them.

    Of a repeated payment also those about its invoices and its customer. Call it in a
    transaction that has locked the payments. Events that still wait keep their body. Returns
    how many events lost something. Safe to repeat.
    """
    ids = list(
        payments.values_list(
            "pk", "session_id", "intent_id", "charge_id", "invoice_id", "subscription__customer_id"
        )
    )
    named = {name for row in ids for name in row[1:] if name}
    repeated = set(payments.exclude(subscription=None).values_list("subscription", flat=True))
    of_ours = Q(payment__in=[row[0] for row in ids]) | Q(subscription__in=repeated)
    count = _redact(WebhookEvent.objects.filter(of_ours | Q(object_id__in=named)))
    Payment.objects.filter(pk__in=[row[0] for row in ids]).update(email="")
    return count


def forget_late(payments: QuerySet[Payment], *, since: datetime) -> int:
    """Take all people from what came since about payments whose payer is forgotten already.

    Such as a dispute, a bank's refund, the last invoice. Returns how many events lost something.
    """
    late = WebhookEvent.objects.filter(received_at__gte=since)
    repeated = payments.exclude(subscription=None).values("subscription")
    return _redact(
        late.filter(
            Q(payment__in=payments.values("pk"))
            | Q(subscription__in=repeated)
            | Q(object_id__in=repeated.values("subscription__customer_id"))
        )
    )


def _redact(events: QuerySet[WebhookEvent]) -> int:
    done, count = events.filter(state__in=[STATE.PROCESSED, STATE.IGNORED]), 0
    for event in done.order_by("pk").iterator(chunk_size=500):
        body = redacted(json.loads(event.body))
        if body != event.body:
            count += WebhookEvent.objects.filter(pk=event.pk).update(body=body, last_error="")
    return count


def redacted(event: dict[str, Any]) -> str:
    """Return the body of an event with ids, amounts and states alone."""
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
    kept = _named(thing)
    # An invoice names its repeated payment only inside.
    parent = thing.get("parent")
    details = parent.get("subscription_details") if isinstance(parent, dict) else None
    if isinstance(details, dict):
        own = details.get("subscription")
        inside = {"subscription": own} if isinstance(own, str) else {}
        kept["parent"] = {"subscription_details": {**inside, **_named(details)}}
    return kept


def _named(thing: dict[str, Any]) -> dict[str, Any]:
    metadata = thing.get("metadata")
    given = metadata if isinstance(metadata, dict) else {}
    names = {name: given[name] for name in OWN if isinstance(given.get(name), str)}
    return {"metadata": names} if names else {}
