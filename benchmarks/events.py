"""Events of the provider, signed as it signs them, for the door that takes them in.

A heard type about a customer whom nobody knows: stored and queued like any other, and the
worker is done with it after one query, so it does not slow what is measured next.
"""

import itertools
import json
import time
import uuid
from collections.abc import Iterator

from weintl.stripe_standin.delivery import signature

SECRET = "whsec_of_the_benchmark"
PATH = "/webhooks/stripe/"
# About what the provider's bodies take: 2.9 kB (docs/operations/performance.md).
FILLING = "x" * 2_550


def fresh() -> Iterator[tuple[dict[str, str], str]]:
    """Yield headers and body of one event after another, each with its own id."""
    prefix = uuid.uuid4().hex
    for number in itertools.count():
        yield _signed(f"evt_{prefix}{number}")


def repeated() -> Iterator[tuple[dict[str, str], str]]:
    """Yield the same event for ever, as the provider repeats one that was not answered."""
    again = _signed(f"evt_{uuid.uuid4().hex}")
    while True:
        yield again


def _signed(event_id: str) -> tuple[dict[str, str], str]:
    now = int(time.time())
    customer = {"id": "cus_unknown", "object": "customer", "description": FILLING}
    event = {
        "id": event_id,
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": now,
        "livemode": False,
        "type": "customer.updated",
        "data": {"object": customer},
    }
    body = json.dumps(event)
    header = signature(body=body.encode(), secret=SECRET, at=now)
    return {"Content-Type": "application/json", "Stripe-Signature": header}, body
