"""New events: one task looks at however many have come before it begins.

A task an event would take longer to queue than the event takes to store. Whoever stores one sets
a mark; whoever finds none set queues the task, which takes the mark away before it reads.
"""

import logging
import time

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from weintl.background import enqueue

from . import dispatch
from .models import WebhookEvent

logger = logging.getLogger(__name__)

TASK = "weintl.payments.tasks.process_new"
MARK = "payments:new-events"
# A mark whose task was lost is forgotten soon; the sweeper finds what came meanwhile.
MARK_SECONDS = 5
# What else waits in the queue has its turn after so many, or so long.
MOST, TURN_SECONDS = 100, 10.0


def announce() -> None:
    """Queue a look at new events after the commit, unless one waits in the queue already."""
    transaction.on_commit(_announce)


def _announce() -> None:
    try:
        is_first = cache.add(MARK, 1, MARK_SECONDS)
    except Exception as error:
        # redis-py's own errors do not derive from OSError. The mark and the queue are in the same
        # place: what is away for one is away for both, and the provider need not wait twice.
        logger.warning("queue.unreachable", extra={"task": TASK, "reason": str(error)})
        return
    if is_first:
        enqueue(TASK)


def process() -> int:
    """Process events that nobody has looked at, the oldest first; return how many there were.

    Of several at once each takes what the others do not hold. What fails is the sweeper's.
    """
    cache.delete(MARK)
    rows = WebhookEvent.objects.filter(state=WebhookEvent.State.RECEIVED, attempts=0)
    ids = list(rows.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:MOST])
    until, count = time.monotonic() + TURN_SECONDS, 0
    for pk in ids:
        if time.monotonic() > until:
            break
        dispatch.process(event_id=pk, now=timezone.now())
        count += 1
    if count == MOST or count < len(ids):
        enqueue(TASK)
    return count
