"""Ask the provider about one payment under its locks, and book the answer.

The one place where HTTP happens inside a transaction: an answer fetched before the lock could
overwrite a newer one. The client's time limit bounds how long the locks are held.
Source: docs/decisions/0004-events-are-hints.md.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from . import backoff, booking, client, differences, states, truth
from .models import Payment, Subscription, Way
from .roots import Clue
from .truth import Mismatch

logger = logging.getLogger(__name__)

# Longer than the provider's time limit, so that a wait ends in words and not for ever.
LOCK_TIMEOUT = "45s"
NO_CLUE = Clue()


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
        _wake_subscription(payment, found, now=now)


def _wake_subscription(payment: Payment, found: truth.Truth, *, now: datetime) -> None:
    """Let the sweeper ask about what a paid page began, where our row has not heard of it yet.

    Its own events may be lost. Its lock comes before the payment's, so here is only a mark, and
    nobody is waited for: whoever holds the row is beginning it.
    """
    if payment.subscription_id is None or not (found.session or {}).get("subscription"):
        return
    unheard = Subscription.objects.filter(
        pk=payment.subscription_id, state=Subscription.State.CREATED, next_check_at=None
    )
    for row in unheard.select_for_update(skip_locked=True, no_key=True):
        row.next_check_at = now
        row.save(update_fields=["next_check_at"])


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
        record_mismatch(error, payment_id=payment_id, occurred_at=now, now=now)
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


def record_mismatch(
    error: Exception, *, payment_id: int | None, occurred_at: datetime, now: datetime
) -> None:
    """Keep a contradiction between the provider and our row for staff to look at."""
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
