"""A worker killed in the middle leaves nothing half done, and nothing is lost."""

import signal
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as project
from kombu import Connection

from tests.plugins.processes import start_worker, stop, wait_for
from tests.weintl.payments.conftest import (  # noqa: F401, the fixtures are used by name
    calls,
    happened,
    make_payment,
    payment,
    receive,
    recording,
    running_standin,
    standin,
)
from weintl.payments import sweeper
from weintl.payments.models import WebhookEvent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def empty_queues():
    """What earlier tests queued must not reach the worker of this one."""
    with Connection(project.CELERY_BROKER_URL) as broker:
        client = broker.default_channel.client
        client.flushdb()
    yield
    with Connection(project.CELERY_BROKER_URL) as broker:
        broker.default_channel.client.flushdb()


def test_a_worker_killed_in_the_middle_changes_nothing_in_the_end(
    payment,  # noqa: F811
    standin,  # noqa: F811
    tmp_path,
    empty_queues,
):
    standin.settle_charge(standin.pay(payment.session_id)["charge"])
    pause = tmp_path / "pause"
    pause.touch()
    log = tmp_path / "worker.log"
    world = {
        "DJANGO_SETTINGS_MODULE": "tests.weintl.payments.worker_settings",
        "RECORDING_PAUSE": str(pause),
    }
    worker = start_worker(log, **world)
    try:
        for event in happened(standin):
            receive(event)
        wait_for((tmp_path / "pause.reached").exists)
        stop(worker, how=signal.SIGKILL)
        payment.refresh_from_db()
        assert payment.state == "open"
        assert calls(payment) == []
        pause.unlink()
        worker = start_worker(log, **world)
        # The queue keeps what the dead worker had taken for itself for a while; the database
        # knows better.
        sweeper.sweep(now=datetime.now(UTC) + timedelta(minutes=2))
        wait_for(lambda: not WebhookEvent.objects.filter(state="received").exists())
    finally:
        stop(worker)
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    assert calls(payment) == ["paid", "settled"]
    assert b"Traceback" not in log.read_bytes()
