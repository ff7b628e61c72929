"""Sending in the background."""

from celery import shared_task
from django.utils import timezone

from weintl.background import enqueue

from . import delivery
from .models import Mail

# What one sweep hands out at most; the next comes within a minute.
SWEEP_AT_MOST = 500


@shared_task
def deliver(*, mail_id: int) -> None:
    """Send one mail, if it is due and nobody else is at it."""
    delivery.deliver(mail_id=mail_id, now=timezone.now())


@shared_task
def sweep() -> None:
    """Hand out every mail that is due: what the broker lost, and what must be tried again."""
    due = Mail.objects.due(now=timezone.now()).values_list("pk", flat=True)
    for mail_id in due[:SWEEP_AT_MOST]:
        enqueue(deliver, mail_id=mail_id)
