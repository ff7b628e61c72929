"""The beat's task does one call."""

import pytest

from marketplace import tasks

pytestmark = pytest.mark.django_db


def test_a_sweep_of_nothing_looks_at_nothing():
    assert tasks.sweep_holds() == 0


def test_the_task_is_known_under_the_name_that_the_schedule_uses(settings):
    names = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks.sweep_holds.name in names


def test_orders_of_deleted_accounts_are_erased_by_the_schedule(settings):
    names = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks.erase_orders.name in names
    assert tasks.erase_orders() == 0
