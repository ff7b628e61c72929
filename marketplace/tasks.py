"""The shop's work in the background: one call each."""

from celery import shared_task
from django.utils import timezone

from . import holds


@shared_task
def sweep_holds() -> int:
    """Settle holds whose time is over. Returns how many orders were looked at."""
    return holds.sweep(now=timezone.now())
