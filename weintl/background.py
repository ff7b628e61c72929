"""Hand work to Celery after the commit, without ever depending on the broker."""

import logging
from typing import Any

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

from .celery import app

logger = logging.getLogger(__name__)


def enqueue(task: Task | str, **kwargs: Any) -> None:
    """Queue `task` with `kwargs` once the transaction has committed.

    A module that tasks call names the task by its full name: it cannot import it.
    A broker that cannot be reached is logged and otherwise ignored: the row that asks
    for the work is in the database, and the sweeper finds it.
    """

    name = task if isinstance(task, str) else task.name

    def send() -> None:
        try:
            app.send_task(name, kwargs=kwargs, retry=False)
        except (OperationalError, OSError) as error:
            logger.warning("queue.unreachable", extra={"task": name, "reason": str(error)})

    transaction.on_commit(send)


def configured() -> bool:
    """Say whether Celery has a broker address; importing this module sets the app up."""
    return bool(app.conf.broker_url)
