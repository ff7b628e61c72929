"""When a parcel comes: working days from the day of payment. Pure: no clock, no database."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Arrival:
    """The first and the last day on which a parcel is expected."""

    first: date
    last: date

    @property
    def words(self) -> str:
        """Return it as a sentence of the active language."""
        last = date_format(self.last, "DATE_FORMAT")
        if self.first >= self.last:
            return _("Arrives by %(last)s.") % {"last": last}
        first = date_format(self.first, "DATE_FORMAT")
        return _("Arrives between %(first)s and %(last)s.") % {"first": first, "last": last}


class Expected:
    """A row that keeps the first and the last day on which it is expected, or neither."""

    expected_from: Any
    expected_to: Any

    @property
    def arrival(self) -> Arrival | None:
        """Return when it is expected, None while nobody can say."""
        if self.expected_from is None or self.expected_to is None:
            return None
        return Arrival(self.expected_from, self.expected_to)


def after(day: date, working_days: int) -> date:
    """Return the day so many working days, Monday to Friday, after `day`."""
    return _walk(day, working_days, DAY)


def before(day: date, working_days: int) -> date:
    """Return the day so many working days before `day`."""
    return _walk(day, working_days, -DAY)


def _walk(day: date, working_days: int, step: timedelta) -> date:
    left = working_days
    while left > 0:
        day += step
        left -= day.weekday() < SATURDAY
    return day


def arrival(*, day: date, handling: int, days: tuple[int, int] | None) -> Arrival | None:
    """Return when what is bought on `day` comes, by working days until it is sent and on the way.

    None while staff have not said how long a parcel is on the way.
    """
    if days is None:
        return None
    sent = after(day, handling)
    return Arrival(after(sent, days[0]), after(sent, days[1]))
