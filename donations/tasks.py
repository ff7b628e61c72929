"""The gifts' work in the background: one call each."""

from celery import shared_task
from django.utils import timezone

from . import erasing, portal, receipt_papers


@shared_task
def keep_receipts() -> int:
    """Make the papers of what was issued. Safe to repeat; beat runs it. Returns how many."""
    return receipt_papers.keep_waiting()


@shared_task
def forget_links() -> int:
    """Delete links and visits long over. Safe to repeat; beat runs it. Returns how many."""
    return portal.forget(now=timezone.now())


@shared_task
def erase_donors() -> int:
    """Erase donors who asked, once nothing is open. Safe to repeat; beat runs it."""
    return erasing.erase_due(now=timezone.now())
