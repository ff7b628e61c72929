"""The shop's work in the background: one call each."""

from celery import shared_task
from django.utils import timezone

from . import holds, listing


@shared_task
def sweep_holds() -> int:
    """Settle holds whose time is over. Returns how many orders were looked at."""
    return holds.sweep(now=timezone.now())


@shared_task
def list_again() -> int:
    """Bring lists up to date with the time. Returns how many products were looked at."""
    return listing.catch_up(now=timezone.now())
