"""Billing periods: months and years counted from the anchor, so that the 31st comes again."""

from calendar import monthrange
from datetime import UTC, datetime

MONTHS = {"month": 1, "year": 12}


def boundary(anchor: int, *, interval: str, number: int) -> int:
    """Return when the `number`-th period after `anchor` begins, in seconds.

    A day that a month lacks becomes its last one; the next month has it again.
    Source: docs.stripe.com/billing/subscriptions/billing-cycle.
    """
    start = datetime.fromtimestamp(anchor, tz=UTC)
    months = start.month - 1 + number * MONTHS[interval]
    year, month = start.year + months // 12, months % 12 + 1
    day = min(start.day, monthrange(year, month)[1])
    return int(start.replace(year=year, month=month, day=day).timestamp())
