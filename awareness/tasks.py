"""The editors' work in the background: one call each."""

from celery import shared_task
from django.utils import timezone

from . import contact, reviews


@shared_task
def remind_of_reviews() -> int:
    """Mail the editors what is overdue. Returns how many were written to."""
    return reviews.remind(now=timezone.now())


@shared_task
def forget_messages() -> int:
    """Delete messages whose time is over. Returns how many."""
    return contact.forget(now=timezone.now())
