"""The gifts' work in the background: one call each."""

from celery import shared_task
from django.utils import timezone

from . import erasing, guard, portal, receipt_papers


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


@shared_task
def judge_declines(payment_id: int | None = None) -> str:
    """Raise, lock or calm the guard of the give page; safe to repeat, beat runs it too.

    With the payment whose card was declined: close its page where too many were tried.
    """
    now = timezone.now()
    if payment_id is not None:
        guard.close_if_tried(payment_id=payment_id, now=now)
    return guard.judge(now=now)


@shared_task
def raise_guard() -> None:
    """Raise the guard since more forms came than ever do."""
    guard.raise_for_many(now=timezone.now())


@shared_task
def close_pages() -> int:
    """Close payment pages of strangers while the guard is locked; beat runs it too."""
    return guard.close_pages(now=timezone.now())
