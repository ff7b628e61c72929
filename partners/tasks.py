"""Work in the background."""

from celery import shared_task
from django.utils import timezone

from . import ledger


@shared_task(name="partners.tasks.seal_ledger")
def seal_ledger() -> None:
    """Seal what is complete. Safe to repeat; beat runs it."""
    ledger.seal(timezone.now())
