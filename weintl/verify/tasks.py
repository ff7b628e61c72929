"""Work in the background."""

from celery import shared_task
from django.utils import timezone

from . import nightly


@shared_task(name="weintl.verify.tasks.verify")
def verify() -> None:
    """Recompute everything that must always hold. Once a night."""
    nightly.run(now=timezone.now())
