"""Debits equal credits, as of any day, by accounting date."""

from datetime import date

import pytest

from partners import accounts, ledger, trial_balance
from partners.ledger import Draft, Leg
from tests.factories.closing import IN_APRIL, IN_MARCH, book

pytestmark = pytest.mark.django_db

MARCH_31 = date(2026, 3, 31)


@pytest.fixture
def books():
    book("march", IN_MARCH, 500)
    book("april", IN_APRIL, 70)
    legs = [Leg(accounts.fees("usd"), accounts.provider("usd"), 3)]
    ledger.post([Draft("fee", "fee", IN_APRIL, legs)])
    legs = [Leg(accounts.provider("jpy"), accounts.sales("jpy"), 9)]
    ledger.post([Draft("sale", "yen", IN_APRIL, legs)])


def lines(found) -> dict[str, tuple[int, ...]]:
    return {
        line.code: (line.brought_forward, line.debits, line.credits, line.balance)
        for one in found
        for line in one.lines
    }


def test_as_of_a_day(books):
    [one] = trial_balance.of(until=MARCH_31)
    assert lines([one]) == {
        "provider:usd": (0, 500, 0, 500),
        "sales:usd": (0, 0, 500, -500),
    }
    assert one.is_balanced
    assert one.debit_balances == one.credit_balances == 500


def test_of_a_month(books):
    yen, usd = trial_balance.of(since=date(2026, 4, 1), until=date(2026, 4, 30))
    assert lines([usd]) == {
        "provider:usd": (500, 70, 3, 567),
        "sales:usd": (-500, 0, 70, -570),
        "fees:usd": (0, 3, 0, 3),
    }
    assert (usd.debits, usd.credits) == (73, 73)
    assert yen.is_balanced
    assert [line.kind for line in usd.lines] == ["provider", "sales", "fees"]


def test_nothing_before_the_first_entry(books):
    assert trial_balance.of(until=date(2026, 3, 13)) == []


def test_it_takes_one_statement(books, django_assert_num_queries):
    with django_assert_num_queries(1):
        trial_balance.of(until=date(2026, 4, 30))


def test_what_does_not_balance_is_said():
    line = trial_balance.Line(1, "provider:usd", "provider", "usd", 0, 5, 0)
    assert not trial_balance.TrialBalance("usd", [line]).is_balanced


def test_as_csv_in_the_currencys_own_digits(books):
    text = trial_balance.as_csv(trial_balance.of(since=date(2026, 4, 1), until=date(2026, 4, 30)))
    assert text.splitlines() == [
        "account,kind,currency,brought_forward,debits,credits,balance",
        "provider:jpy,provider,jpy,0,9,0,9",
        "sales:jpy,sales,jpy,0,0,9,-9",
        "provider:usd,provider,usd,5.00,0.70,0.03,5.67",
        "sales:usd,sales,usd,-5.00,0.00,0.70,-5.70",
        "fees:usd,fees,usd,0.00,0.03,0.00,0.03",
    ]
