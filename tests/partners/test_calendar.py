"""The database counts days as the settings do."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from partners.calendar import keep_day

pytestmark = pytest.mark.django_db


def day(moment: datetime) -> date:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_day(%s)", [moment])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("zone", "expected"), [("UTC", date(2026, 1, 1)), ("America/Chicago", date(2025, 12, 31))]
)
def test_a_day_is_the_zones(settings, zone, expected):
    settings.DISPLAY_TIME_ZONE = zone
    try:
        keep_day()
        assert day(datetime(2026, 1, 1, 5, 0, tzinfo=UTC)) == expected
    finally:
        settings.DISPLAY_TIME_ZONE = "UTC"
        keep_day()
