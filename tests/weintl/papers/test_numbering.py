"""Numbers of papers leave no gap; the database lets nobody skip one."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from weintl.papers import numbering

pytestmark = pytest.mark.django_db


def test_each_series_and_year_counts_from_one(now):
    later = now.replace(year=now.year + 1)
    found = [numbering.take("IN", at=now), numbering.take("IN", at=now)]
    found += [numbering.take("CN", at=now), numbering.take("IN", at=later)]
    year = now.year
    assert [str(each) for each in found] == [
        f"IN-{year}-000001",
        f"IN-{year}-000002",
        f"CN-{year}-000001",
        f"IN-{year + 1}-000001",
    ]


def test_the_year_is_that_of_the_display_time_zone(settings):
    settings.TIME_ZONE = "America/Chicago"
    eve = datetime(2027, 1, 1, 3, 0, tzinfo=UTC)
    assert numbering.take("IN", at=eve).year == 2026


def test_a_number_that_was_rolled_back_is_given_again(now):
    numbering.take("IN", at=now)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        numbering.take("IN", at=now)
        raise ZeroDivisionError
    assert numbering.take("IN", at=now).sequence == 2


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE papers_counter SET last = last + 2",
        "UPDATE papers_counter SET last = last - 1",
        "UPDATE papers_counter SET year = year + 1, last = last + 1",
        "INSERT INTO papers_counter (series, year, last) VALUES ('XX', 2026, 7)",
        "DELETE FROM papers_counter",
        "TRUNCATE papers_counter",
    ],
)
def test_the_database_lets_them_go_up_by_one_only(now, sql):
    numbering.take("IN", at=now)
    with (
        pytest.raises(IntegrityError, match="up by one"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_gaps_are_told(now):
    year = now.year
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bears (series text, year int, sequence int)")
        numbering.take("IN", at=now)
        numbering.take("IN", at=now)
        numbering.take("ST", at=now)
        cursor.execute("INSERT INTO bears VALUES ('IN', %s, 1), ('IN', %s, 2)", [year, year])
        assert list(numbering.gaps("bears", "IN", "CN")) == []
        cursor.execute("DELETE FROM bears WHERE sequence = 1")
        assert list(numbering.gaps("bears", "IN", "CN")) == [("IN", year, 1, 2, 2)]
        cursor.execute("DELETE FROM bears")
        assert list(numbering.gaps("bears", "IN", "CN")) == [("IN", year, 0, 0, 2)]
        cursor.execute("INSERT INTO bears VALUES ('CN', %s, 1)", [year])
        assert ("CN", year, 1, 1, 0) in list(numbering.gaps("bears", "IN", "CN"))
