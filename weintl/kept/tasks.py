"""Background work."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from .models import ContentChange


@shared_task
def forget_changes() -> int:
    """Delete marks older than a day, so that counting them stays quick; return how many."""
    aged = ContentChange.objects.filter(at__lt=timezone.now() - timedelta(days=1))
    return aged.delete()[0]
