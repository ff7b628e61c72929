"""The sums that pages show are read once and remembered until the books go on."""

import pytest

from partners import accounts, ledger
from partners.ledger import Draft, Leg
from partners.totals import totals
from tests.factories.partners import ProgrammeFactory

pytestmark = pytest.mark.django_db


def gift(key: str, now, currency: str = "usd") -> None:
    legs = [Leg(accounts.provider(currency), accounts.fund(currency, "loom"), 500)]
    ledger.post([Draft("gift", f"payment/{key}/paid", now, legs)])


def test_nothing_is_known_of_empty_books():
    assert totals() == {}


def test_currencies_stand_apart_and_each_new_entry_is_seen(now):
    ProgrammeFactory(code="loom")
    for number in range(10):
        gift(f"d{number}", now)
    gift("e", now, "eur")
    assert [block.amount for block in totals()["usd"].blocks] == [5000]
    assert totals()["eur"].blocks == ()
    gift("d10", now)
    assert [block.amount for block in totals()["usd"].blocks] == [5500]


def test_a_second_reading_asks_only_whether_there_is_anything_new(now, django_assert_num_queries):
    ProgrammeFactory(code="loom")
    gift("a", now)
    first = totals()
    with django_assert_num_queries(1):
        assert totals() == first
