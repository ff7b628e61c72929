"""Process one event: lock, then look, then book. Source: docs/decisions/0004-events-are-hints.md.

The one place where HTTP happens inside a transaction: an answer fetched before the lock could
overwrite a newer one. The client's time limit bounds how long the locks are held.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from weintl.background import enqueue

from . import backoff, booking, client, differences, payouts, roots, states, truth
from .handlers import handler_for
from .models import Payment, Way, WebhookEvent
from .roots import Clue
from .truth import Mismatch

logger = logging.getLogger(__name__)

STATE = WebhookEvent.State
TASK = "weintl.payments.tasks.process_event"
# Longer than the provider's time limit, so that a wait ends in words and not for ever.
LOCK_TIMEOUT = "45s"
NO_CLUE = Clue()


def process(*, event_id: int, now: datetime) -> None:
    """Apply what the event points at, once; a failure is written down and tried again later.

    Does nothing for an event that is processed, ignored or failed already.
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
    waiting = WebhookEvent.objects.select_for_update().filter(state=STATE.RECEIVED)
    event = waiting.filter(pk=event_id).first()
    if event is None:
        return
    if event.type not in roots.TYPES:
        _close(event, state=STATE.IGNORED, note="Nothing here listens to this type.", at=now)
        return
    if event.type in roots.PAYOUT_TYPES:
        _process_payout(event, now=now)
        return
    clue = roots.clue_of(event)
    event.payment = roots.find(clue)
    if event.payment is None:
        _close(event, state=STATE.IGNORED, note="Not a payment of ours.", at=now)
        return
    sync(payment_id=event.payment.pk, clue=clue, moment=event.occurred_at, now=now)
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


def _close(event: WebhookEvent, *, state: str, note: str, at: datetime) -> None:
    event.state = state
    event.note = note
    event.processed_at = at
    event.last_error = ""
    event.save(
        update_fields=[
            "state", "note", "processed_at", "last_error", "payment", "provider_payout",
        ]
    )  # fmt: skip


def sync(*, payment_id: int, clue: Clue, moment: datetime, now: datetime) -> None:
    """Ask the provider about one payment under its locks, and book the answer.

    Raises client.Unavailable, client.Refused, Mismatch, states.NotAllowed or what the handler
    raises; nothing is booked then.
    """
    with transaction.atomic():
        payment = Payment.objects.get(pk=payment_id)
        if payment.way != Way.PROVIDER:
            # Staff record it: the provider knows nothing of it.
            return
        lock(payment)
        found = truth.fetch(payment, clue=clue)
        payment = Payment.objects.select_for_update(no_key=True).get(pk=payment_id)
        booking.book(payment, truth=found, moment=moment, now=now)


def lock(payment: Payment) -> None:
    """Take the advisory lock of `payment` until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"payment:{payment.public_id}"],
        )


def check(*, payment_id: int, now: datetime, clue: Clue = NO_CLUE) -> bool:
    """Ask the provider about one payment; say whether it answered and all was booked.

    For callers that come back by themselves: the sweeper, a page that waits for the outcome.
    """
    try:
        sync(payment_id=payment_id, clue=clue, moment=now, now=now)
    except client.Unavailable as error:
        logger.warning("payment.unchecked", extra={"payment": payment_id, "reason": str(error)})
    except (Mismatch, states.NotAllowed) as error:
        _difference(error, payment_id=payment_id, occurred_at=now, now=now)
    except Exception:
        # The handler's fault: a shopper's page must not break on it, staff must see it.
        logger.exception("payment.check_failed", extra={"payment": payment_id})
    else:
        return True
    _check_later(payment_id, now=now)
    return False


def _check_later(payment_id: int, *, now: datetime) -> None:
    with transaction.atomic():
        payment = Payment.objects.select_for_update(no_key=True).get(pk=payment_id)
        payment.checked_at = now
        payment.checks += 1
        wait = backoff.delay(payment.checks, first=booking.FIRST_CHECK)
        payment.next_check_at = payment.next_check_at and now + wait
        payment.save(update_fields=["checked_at", "checks", "next_check_at"])


def _give_up(event_id: int, *, error: Exception, now: datetime) -> None:
    """Leave the event and the difference to a person: trying again would change nothing."""
    with transaction.atomic():
        event = _fail(event_id, error=error, is_final=True, now=now)
        if event is not None:
            _difference(error, payment_id=event.payment_id, occurred_at=event.occurred_at, now=now)


def _difference(
    error: Exception, *, payment_id: int | None, occurred_at: datetime, now: datetime
) -> None:
    logger.error("payment.mismatch", extra={"payment": payment_id, "reason": str(error)})
    payment = Payment.objects.filter(pk=payment_id).first() if payment_id else None
    fields: dict[str, Any] = {"object_id": f"payment:{payment_id}", "kind": "amount"}
    if isinstance(error, Mismatch):
        fields = {
            "object_id": error.object_id,
            "kind": error.kind,
            "ours": error.ours,
            "theirs": error.theirs,
        }
    differences.record(
        **fields,
        currency=payment.currency if payment else "",
        detail=str(error),
        payment=payment,
        occurred_at=occurred_at,
        found_at=now,
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
