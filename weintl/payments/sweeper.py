"""Find what is due and queue it: the database knows all that is to be done, not the broker."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models, transaction

from weintl.background import enqueue

from .models import Payment, Refund, WebhookEvent

# What is claimed is not claimed again before this, so that a slow queue does not fill up.
CLAIM = timedelta(minutes=5)
LIMIT = 500


def sweep(*, now: datetime) -> int:
    """Queue events not processed, refunds not sent and payments to ask about; return how many."""
    events = claim(WebhookEvent.objects.filter(state="received"), due="next_attempt_at", now=now)
    refunds = claim(Refund.objects.filter(state="requested"), due="next_attempt_at", now=now)
    payments = claim(Payment.objects.all(), due="next_check_at", now=now)
    for pk in events:
        enqueue("weintl.payments.tasks.process_event", event_id=pk)
    for pk in refunds:
        enqueue("weintl.payments.tasks.send_refund", refund_id=pk)
    for pk in payments:
        enqueue("weintl.payments.tasks.check_payment", payment_id=pk)
    return len(events) + len(refunds) + len(payments)


def claim(rows: models.QuerySet, *, due: str, now: datetime) -> list[int]:
    """Return the ids of at most LIMIT rows that are due, oldest first; put their time off."""
    with transaction.atomic():
        found = list(
            rows.filter(**{f"{due}__lte": now})
            .order_by(due, "pk")
            .select_for_update(skip_locked=True, no_key=True)
            .values_list("pk", flat=True)[:LIMIT]
        )
        rows.model._default_manager.filter(pk__in=found).update(**{due: now + CLAIM})
    return found
