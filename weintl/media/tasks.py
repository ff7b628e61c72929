"""Pictures and consents in the background: one call each."""

from celery import shared_task
from django.utils import timezone

from weintl.background import enqueue

from . import consents, renditions, storing, withdrawals

# What one sweep hands out at most: rendering is heavy, and payments share the machine.
SWEEP_AT_MOST = 4


@shared_task
def render(*, picture_id: int) -> None:
    """Make the renditions of one picture, unless somebody else does."""
    renditions.render(picture_id=picture_id, now=timezone.now())


@shared_task
def remove_files() -> None:
    """Remove the files that are doomed and due."""
    storing.remove(now=timezone.now())


@shared_task
def sweep() -> None:
    """Take up what the broker lost or a killed worker left: renditions, removals, the list."""
    now = timezone.now()
    for picture_id in renditions.waiting(now=now).values_list("pk", flat=True)[:SWEEP_AT_MOST]:
        enqueue(render, picture_id=picture_id)
    storing.remove(now=now)
    withdrawals.write_down()


@shared_task
def remind() -> None:
    """Tell the consent officers of consents that end within a month."""
    consents.remind(now=timezone.now())
