"""Days of arrival are working days, and are said in the reader's language or not at all."""

from datetime import date

import pytest
from django.utils.translation import override

from marketplace import estimates
from marketplace.estimates import Arrival

FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        (FRIDAY, 0, FRIDAY),
        (FRIDAY, 1, date(2026, 11, 30)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
        (FRIDAY, 5, date(2026, 12, 4)),
        (FRIDAY, 6, date(2026, 12, 7)),
    ],
)
def test_weekends_are_not_counted(day, days, expected):
    assert estimates.after(day, days) == expected
    if day.weekday() < 5:
        assert estimates.before(expected, days) == day


def test_it_leaves_after_handling_and_is_then_on_its_way():
    found = estimates.arrival(day=FRIDAY, handling=2, days=(2, 5))
    assert found == Arrival(date(2026, 12, 3), date(2026, 12, 8))
    assert found.words == "Arrives between Dec. 3, 2026 and Dec. 8, 2026."
    with override("es"):
        assert found.words == "Llega entre el 3 de diciembre de 2026 y el 8 de diciembre de 2026."
    assert Arrival(FRIDAY, FRIDAY).words == "Arrives by Nov. 27, 2026."


def test_nothing_is_said_while_nobody_knows_how_long_it_travels():
    assert estimates.arrival(day=FRIDAY, handling=2, days=None) is None
