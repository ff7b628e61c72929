"""Periods count from the anchor."""

from datetime import UTC, datetime

import pytest

from weintl.stripe_standin.calendars import boundary


@pytest.mark.parametrize(
    ("start", "interval", "number", "found"),
    [
        ((2027, 1, 31), "month", 1, (2027, 2, 28)),
        ((2027, 1, 31), "month", 2, (2027, 3, 31)),
        ((2027, 12, 15), "month", 1, (2028, 1, 15)),
        ((2028, 2, 29), "year", 1, (2029, 2, 28)),
        ((2028, 2, 29), "year", 4, (2032, 2, 29)),
        ((2027, 5, 7), "month", 0, (2027, 5, 7)),
    ],
)
def test_a_day_that_a_month_lacks_is_its_last(start, interval, number, found):
    anchor = int(datetime(*start, 10, 30, tzinfo=UTC).timestamp())
    wanted = int(datetime(*found, 10, 30, tzinfo=UTC).timestamp())
    assert boundary(anchor, interval=interval, number=number) == wanted
