"""Work in the background."""

from celery import shared_task
from django.utils.timezone import localdate

from . import opening


@shared_task(name="weintl.organisation.tasks.open_again")
def open_again() -> list[str]:
    """Open shop and gifts on the days that staff chose. Says what it opened; beat runs it."""
    return opening.open_again(today=localdate())
