"""Take in the provider's events: check, store, answer. No business happens here."""

from __future__ import annotations

import json
import logging
import re
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from . import client, fresh, roots
from .models import WebhookEvent
from .redacting import redacted
from .truth import at

logger = logging.getLogger(__name__)

LARGEST = 256 * 1024
# Both ways: the SDK refuses only the past. Source: docs.stripe.com/webhooks, "replay attacks".
TOLERANCE = 300
# The queue comes first; the sweeper takes over what it has not done by then.
QUEUE_GRACE = timedelta(minutes=1)
EVENT_ID = re.compile(r"evt_[A-Za-z0-9_]{1,250}\Z")
TYPE = re.compile(r"[a-z0-9_.]{1,80}\Z")
STATE = WebhookEvent.State


class BadEvent(Exception):
    """The request is no event of the provider's; its argument names why, for the log."""


def receive(*, body: bytes, signature: str, now: datetime) -> WebhookEvent:
    """Store a signed event and have it looked at after the commit; a known one changes nothing.

    A known one is in the queue, or the sweeper takes it over. Raises BadEvent; then nothing is
    stored.
    """
    if len(body) > LARGEST:
        raise BadEvent("size")
    _check_signature(body=body, signature=signature, now=now)
    try:
        event = json.loads(body)
        raw = body.decode()
    except (ValueError, RecursionError) as error:
        raise BadEvent("json") from error
    if not isinstance(event, dict):
        raise BadEvent("json")
    # One statement commits by itself: what a transaction would add are two round trips.
    row, is_new = WebhookEvent.objects.keep(_row(event, raw=raw, now=now))
    if is_new and row.state == STATE.RECEIVED:
        fresh.announce()
    return row


def _check_signature(*, body: bytes, signature: str, now: datetime) -> None:
    secrets = settings.STRIPE_WEBHOOK_SECRETS
    try:
        signed_at = client.check_signature(body=body, header=signature, secrets=secrets)
    except client.BadSignature as error:
        raise BadEvent("signature") from error
    if abs(now.timestamp() - signed_at) > TOLERANCE:
        raise BadEvent("time")


def take_in(*, event: dict[str, Any], raw: str, now: datetime) -> WebhookEvent:
    """Store an event under its id, once; return the row, old or new. Raises BadEvent.

    `raw` is the body as received: it is kept, not the parsed form; of a type that nobody hears,
    ids, amounts and states alone.
    """
    row, _is_new = WebhookEvent.objects.keep(_row(event, raw=raw, now=now))
    return row


def _row(event: dict[str, Any], *, raw: str, now: datetime) -> WebhookEvent:
    event_id, kind = event.get("id"), event.get("type")
    if event.get("object") != "event" or not isinstance(event_id, str):
        raise BadEvent("shape")
    if not EVENT_ID.match(event_id) or not isinstance(kind, str) or not TYPE.match(kind):
        raise BadEvent("shape")
    if event.get("livemode") is not settings.STRIPE_LIVE:
        raise BadEvent("mode")
    data = event.get("data")
    thing = data.get("object") if isinstance(data, dict) else None
    if not isinstance(thing, dict):
        raise BadEvent("shape")
    is_heard = kind in roots.TYPES
    object_id, version = thing.get("id"), event.get("api_version")
    return WebhookEvent(
        event_id=event_id,
        type=kind,
        api_version=_plain(version, length=40),
        is_live=bool(settings.STRIPE_LIVE),
        object_id=_plain(object_id, length=255),
        # Of what nobody here listens to, such as a customer's first card, nobody needs the names.
        body=raw if is_heard else redacted(event),
        occurred_at=_moment(event.get("created")),
        received_at=now,
        state=STATE.RECEIVED if is_heard else STATE.IGNORED,
        note="" if is_heard else "Nothing here listens to this type.",
        processed_at=None if is_heard else now,
        next_attempt_at=now + QUEUE_GRACE,
    )


def _plain(value: Any, *, length: int) -> str:
    """Return printable text of at most `length`; a NUL would not fit into a text column."""
    text = value if isinstance(value, str) else ""
    return text[:length] if text.isprintable() else ""


def _moment(created: Any) -> datetime:
    if type(created) is not int:
        raise BadEvent("shape")
    try:
        return at(created)
    except (ValueError, OverflowError, OSError) as error:
        raise BadEvent("shape") from error
