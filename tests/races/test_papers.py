"""Numbers of papers under many hands: no gap, none twice; and what happens without the lock."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection, transaction

from tests.plugins.processes import PATIENCE
from weintl.papers import numbering
from weintl.papers.keeping import keep
from weintl.papers.models import Counter, Paper

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class ChangedMindError(Exception):
    """What rolls a transaction back."""


def together(work, count):
    """Run `work(0)` … on `count` connections at once; return results or errors."""
    start = Barrier(count)

    def lane(number):
        try:
            start.wait(PATIENCE)
            return work(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lane, range(count)))


def test_numbers_have_no_gap_and_none_is_given_twice_though_some_roll_back():
    def work(number):
        with transaction.atomic():
            taken = numbering.take("IN", at=NOW).sequence
            time.sleep(0.01)
            if number % 3 == 0:
                raise ChangedMindError
            return taken

    given = [each for each in together(work, 24) if isinstance(each, int)]
    assert sorted(given) == list(range(1, 17))
    assert Counter.objects.get().last == 16


def test_without_the_lock_numbers_are_given_twice():
    numbering.take("IN", at=NOW)

    def work(_number):
        with transaction.atomic():
            taken = Counter.objects.get().last + 1
            time.sleep(0.05)
            return taken

    assert len(set(together(work, 8))) < 8


def test_of_many_that_make_a_paper_at_once_all_get_the_one_that_is_kept():
    found = together(lambda number: keep("a/1.pdf", lambda: str(number).encode()), 12)
    assert len(set(found)) == 1
    assert bytes(Paper.objects.get().content) == found[0]
