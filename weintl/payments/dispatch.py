"""Process one event: lock, then look, then book. Source: docs/decisions/0004-events-are-hints.md.

The one place where HTTP happens inside a transaction: an answer fetched before the lock could
overwrite a newer one. The client's time limit bounds how long the locks are held.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from weintl.background import enqueue

from . import backoff, client, payouts, roots, states, subscriptions, syncing
from .handlers import handler_for
from .models import Subscription, WebhookEvent
from .roots import Clue
from .truth import Mismatch

logger = logging.getLogger(__name__)

STATE = WebhookEvent.State
TASK = "weintl.payments.tasks.process_event"


def process(*, event_id: int, now: datetime) -> None:
    """Apply what the event points at, once; a failure is written down and tried again later.

    Does nothing for an event that is processed, ignored or failed already, or held by another
    process just now.
    """
    try:
        with transaction.atomic():
            _process(event_id, now=now)
    except (Mismatch, states.NotAllowed) as error:
        _give_up(event_id, error=error, now=now)
    except Exception as error:
        # Whatever went wrong, a handler's fault included, the event must not be lost.
        logger.exception("event.failed", extra={"event": event_id})
        _try_later(event_id, error=error, now=now)


def _process(event_id: int, *, now: datetime) -> None:
    # Who holds it processes it, and writes down how that ended.
    waiting = WebhookEvent.objects.select_for_update(skip_locked=True)
    event = waiting.filter(pk=event_id, state=STATE.RECEIVED).first()
    if event is None:
        return
    if event.type not in roots.TYPES:
        _close(event, state=STATE.IGNORED, note="Nothing here listens to this type.", at=now)
        return
    if event.type in roots.PAYOUT_TYPES:
        _process_payout(event, now=now)
        return
    if event.type == roots.CUSTOMER:
        _process_customer(event, now=now)
        return
    clue = roots.clue_of(event)
    if event.type in roots.SUBSCRIPTION_TYPES:
        _process_subscription(event, clue, now=now)
        return
    event.payment = roots.find(clue)
    if event.payment is None:
        _close(event, state=STATE.IGNORED, note="Not a payment of ours.", at=now)
        return
    syncing.sync(payment_id=event.payment.pk, clue=clue, moment=event.occurred_at, now=now)
    if event.type == roots.DECLINED:
        handler_for(event.payment.purpose).declined(event.payment, now=event.occurred_at)
    _close(event, state=STATE.PROCESSED, note="", at=now)


def _process_payout(event: WebhookEvent, *, now: datetime) -> None:
    """Book the payout; what is in it is compared afterwards, without this event's locks."""
    try:
        row = payouts.sync(payout_id=event.object_id, now=now)
    except client.Refused:
        note = "The provider does not know this payout."
        _close(event, state=STATE.IGNORED, note=note, at=now)
        return
    event.provider_payout = row
    _close(event, state=STATE.PROCESSED, note="", at=now)
    if payouts.is_ready(row):
        enqueue(payouts.TASK, payout_id=row.payout_id)


def _process_customer(event: WebhookEvent, *, now: datetime) -> None:
    """Look at what the customer pays repeatedly: another card may have to be passed on.

    Afterwards, without this event's locks, for it may change something at the provider.
    """
    rows = Subscription.objects.exclude(customer_id="").filter(ended_at=None)
    found = rows.filter(customer_id=event.object_id)
    keys = list(found.order_by("pk").values_list("pk", flat=True))
    # Due now, should the queue not be reached.
    Subscription.objects.filter(pk__in=keys).update(next_check_at=now)
    for pk in keys:
        enqueue("weintl.payments.tasks.check_subscription", pk=pk)
    state = STATE.PROCESSED if keys else STATE.IGNORED
    # Several are rare; the first says what it was for.
    event.subscription_id = keys[0] if keys else None
    note = "" if keys else "Not a customer of ours who pays repeatedly."
    _close(event, state=state, note=note, at=now)


def _process_subscription(event: WebhookEvent, clue: Clue, *, now: datetime) -> None:
    """Look at the repeated payment behind an event, all its invoices included."""
    found = roots.subscription(clue)
    if found is None:
        _close(event, state=STATE.IGNORED, note="Not a repeated payment of ours.", at=now)
        return
    event.subscription = found
    subscriptions.sync(pk=found.pk, subscription_id=clue.subscription_id, now=now)
    _close(event, state=STATE.PROCESSED, note="", at=now)


def _close(event: WebhookEvent, *, state: str, note: str, at: datetime) -> None:
    event.state = state
    event.note = note
    event.processed_at = at
    event.last_error = ""
    event.save(
        update_fields=[
            "state", "note", "processed_at", "last_error", "payment", "provider_payout",
            "subscription",
        ]
    )  # fmt: skip


def _give_up(event_id: int, *, error: Exception, now: datetime) -> None:
    """Leave the event and the difference to a person: trying again would change nothing."""
    with transaction.atomic():
        event = _fail(event_id, error=error, is_final=True, now=now)
        if event is not None:
            syncing.record_mismatch(
                error, payment_id=event.payment_id, occurred_at=event.occurred_at, now=now
            )


def _try_later(event_id: int, *, error: Exception, now: datetime) -> None:
    with transaction.atomic():
        _fail(event_id, error=error, is_final=False, now=now)


def _fail(event_id: int, *, error: Exception, is_final: bool, now: datetime) -> WebhookEvent | None:
    """Write the failure down, outside of what it rolled back; return the event if it waited."""
    waiting = WebhookEvent.objects.select_for_update().filter(state=STATE.RECEIVED)
    event = waiting.filter(pk=event_id).first()
    if event is None:
        return None
    event.payment = roots.known(roots.clue_of(event))
    event.attempts += 1
    event.last_error = f"{type(error).__name__}: {error}"[:4000]
    event.next_attempt_at = now + backoff.delay(event.attempts)
    if is_final or event.attempts >= backoff.ATTEMPTS:
        event.state = STATE.FAILED
        logger.error("event.given_up", extra={"event": event.pk})
    event.save(update_fields=["attempts", "last_error", "next_attempt_at", "state", "payment"])
    return event


def run_again(*, event_id: int, now: datetime) -> bool:
    """Put a failed event back into the queue; say whether there was one."""
    with transaction.atomic():
        failed = WebhookEvent.objects.filter(pk=event_id, state=STATE.FAILED)
        changed = failed.update(state=STATE.RECEIVED, attempts=0, next_attempt_at=now)
        if changed:
            enqueue(TASK, event_id=event_id)
    return bool(changed)
