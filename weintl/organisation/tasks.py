"""Work in the background."""

from celery import shared_task
from django.utils.timezone import localdate

from . import opening


@shared_task(name="weintl.organisation.tasks.open_shop")
def open_shop() -> bool:
    """Open the shop on the day that staff chose. Says whether it did; beat runs it."""
    return opening.open_again(today=localdate())
