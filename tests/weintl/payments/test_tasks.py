"""Tasks are found by the names under which they are queued."""

from django.conf import settings

from weintl.celery import app
from weintl.payments import dispatch, fresh, refunds, tasks


def test_every_name_that_is_queued_is_a_task():
    app.loader.import_default_modules()
    beat = [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()]
    ours = [name for name in beat if name.startswith("weintl.payments.")]
    assert len(ours) == 2
    for name in [dispatch.TASK, fresh.TASK, refunds.TASK, tasks.check_payment.name, *ours]:
        assert name in app.tasks
