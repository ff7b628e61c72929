from datetime import UTC, datetime

import pytest

from weintl.stripe_standin import payout_schedule


def at(day: int, hour: int = 0) -> int:
    return int(datetime(2026, 11, day, hour, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("moment", "name", "expected"),
    [
        (at(25, 9), "daily", at(26)),
        (at(25), "daily", at(25)),
        (at(25, 9), "weekly", at(30)),
        (at(30), "weekly", at(30)),
    ],
)
def test_the_next_run(moment, name, expected):
    assert payout_schedule.run_after(moment, name=name) == expected


def test_only_intervals_that_exist(standin):
    assert standin.schedule_payouts("weekly") == {"interval": "weekly"}
    assert standin.state()["payouts"] == "weekly"
    with pytest.raises(AssertionError, match="manual, daily, weekly"):
        standin.schedule_payouts("hourly")
    standin.reset()
    assert standin.state()["payouts"] == "manual"
