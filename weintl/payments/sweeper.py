"""Find what is due and queue it: the database knows all that is to be done, not the broker."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models, transaction

from weintl.background import enqueue

from .models import Payment, ProviderPayout, Refund, Subscription, WebhookEvent

# What is claimed is not claimed again before this, so that a slow queue does not fill up.
CLAIM = timedelta(minutes=5)
LIMIT = 500


def sweep(*, now: datetime) -> int:
    """Queue events not processed, refunds not sent, payments and payouts to ask about.

    Returns how many.
    """
    events, refunds, payments = due_events(now=now), due_refunds(now=now), due_payments(now=now)
    for pk in events:
        enqueue("weintl.payments.tasks.process_event", event_id=pk)
    for pk in refunds:
        enqueue("weintl.payments.tasks.send_refund", refund_id=pk)
    for pk in payments:
        enqueue("weintl.payments.tasks.check_payment", payment_id=pk)
    repeated = due_subscriptions(now=now)
    for pk in repeated:
        enqueue("weintl.payments.tasks.check_subscription", pk=pk)
    payouts = due_payouts(now=now)
    for payout_id in payouts:
        enqueue("weintl.payments.tasks.check_payout", payout_id=payout_id)
    return len(events) + len(refunds) + len(payments) + len(repeated) + len(payouts)


def due_events(*, now: datetime) -> list[int]:
    """Claim events that were not processed, or failed and wait no longer; return their ids."""
    waiting = WebhookEvent.objects.filter(state=WebhookEvent.State.RECEIVED)
    return _claim(waiting, due="next_attempt_at", now=now)


def due_refunds(*, now: datetime) -> list[int]:
    """Claim refunds that were not sent; return their ids."""
    waiting = Refund.objects.filter(state=Refund.State.REQUESTED)
    return _claim(waiting, due="next_attempt_at", now=now)


def due_payments(*, now: datetime) -> list[int]:
    """Claim payments whose outcome, fee or refund is overdue; return their ids."""
    return _claim(Payment.objects.all(), due="next_check_at", now=now)


def due_subscriptions(*, now: datetime) -> list[int]:
    """Claim repeated payments whose next payment should have come; return their ids."""
    return _claim(Subscription.objects.all(), due="next_check_at", now=now)


def due_payouts(*, now: datetime) -> list[str]:
    """Claim payouts to our bank that are under way or not compared; return the provider's ids."""
    ids = _claim(ProviderPayout.objects.all(), due="next_check_at", now=now)
    rows = ProviderPayout.objects.filter(pk__in=ids).order_by("created_at", "pk")
    return list(rows.values_list("payout_id", flat=True))


def _claim(rows: models.QuerySet, *, due: str, now: datetime) -> list[int]:
    """Return the ids of at most LIMIT rows that are due, oldest first, and put their time off."""
    with transaction.atomic():
        found = list(
            rows.filter(**{f"{due}__lte": now})
            .order_by(due, "pk")
            .select_for_update(skip_locked=True, no_key=True)
            .values_list("pk", flat=True)[:LIMIT]
        )
        rows.model._default_manager.filter(pk__in=found).update(**{due: now + CLAIM})
    return found
