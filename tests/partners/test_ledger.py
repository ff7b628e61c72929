"""The ledger writes whole entries once, keeps its balances, and knows the past."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from partners import accounts, ledger
from partners.ledger import Draft, Leg
from partners.models import Account, Entry, Maturity, Transfer
from tests.factories.partners import ProgrammeFactory

pytestmark = pytest.mark.django_db

PROVIDER = accounts.provider("usd")
SALES = accounts.sales("usd")
FUND = accounts.fund("usd", "loom", "education")
PAYABLE = accounts.maker_payable("usd", "loom")
COST = accounts.artisan_cost("usd")


@pytest.fixture
def programme():
    return ProgrammeFactory(code="loom")


def draft(key: str, *legs: Leg, at: datetime, **fields) -> Draft:
    return Draft("correction", key, at, legs, **fields)


def test_an_entry_is_written_with_its_transfers_and_balances(programme, now):
    (entry,) = ledger.post(
        [draft("a", Leg(PROVIDER, SALES, 700), Leg(PROVIDER, FUND, 300), at=now, meta={"x": "1"})]
    )
    kept = Entry.objects.get()
    assert (kept.pk, kept.source_key, kept.occurred_at, kept.meta) == (
        entry.pk,
        "a",
        now,
        {"x": "1"},
    )
    assert ledger.balance(PROVIDER) == 1000
    assert ledger.balance(SALES) == 700
    assert ledger.balance(FUND) == 300
    account = Account.objects.get(code="fund:usd:loom:education")
    assert (account.programme, account.use, account.currency) == (programme, "education", "usd")


def test_an_account_that_nothing_was_posted_to_is_empty():
    assert ledger.balance(SALES) == 0


def test_a_key_is_posted_once_whatever_comes_with_it(now):
    assert len(ledger.post([draft("a", Leg(PROVIDER, SALES, 700), at=now)])) == 1
    again = ledger.post(
        [
            draft("a", Leg(PROVIDER, SALES, 999), at=now),
            draft("b", Leg(PROVIDER, SALES, 1), at=now),
        ]
    )
    assert [entry.source_key for entry in again] == ["b"]
    assert ledger.balance(SALES) == 701


def test_zero_legs_are_dropped_and_equal_pairs_are_one_transfer(now):
    ledger.post(
        [
            draft(
                "a",
                Leg(PROVIDER, SALES, 0),
                Leg(PROVIDER, accounts.tax("usd"), 5),
                Leg(PROVIDER, accounts.tax("usd"), 6),
                at=now,
            ),
            draft("nothing", Leg(PROVIDER, SALES, 0), at=now),
        ]
    )
    assert Transfer.objects.get().amount == 11
    assert not ledger.exists("nothing")
    assert not Account.objects.filter(kind="sales").exists()


def test_all_entries_and_all_transfers_go_in_one_insert_each(programme, now):
    ledger.post([draft("first", Leg(PROVIDER, SALES, 1), Leg(PROVIDER, FUND, 1), at=now)])
    with CaptureQueriesContext(connection) as queries:
        ledger.post(
            [
                draft(key, Leg(PROVIDER, SALES, 5), Leg(PROVIDER, FUND, 6), at=now)
                for key in ("a", "b", "c")
            ]
        )
    seen = [query["sql"].strip() for query in queries]
    assert len([sql for sql in seen if "INSERT INTO partners_entry" in sql]) == 1
    assert len([sql for sql in seen if "INSERT INTO partners_transfer" in sql]) == 1
    assert len([sql for sql in seen if not sql.startswith(("SAVEPOINT", "RELEASE"))]) == 3
    assert ledger.balance(FUND) == 19


def test_the_providers_account_is_made_before_all_others_of_its_currency(programme, now):
    ledger.post([draft("a", Leg(COST, PAYABLE, 5), at=now)])
    assert Account.objects.order_by("pk").first().code == "provider:usd"


def test_a_programme_that_is_unknown_is_refused(now):
    with pytest.raises(ledger.UnknownProgramme, match="loom"):
        ledger.post([draft("a", Leg(PROVIDER, FUND, 5), at=now)])


def test_a_transfer_in_two_currencies_or_below_zero_is_refused_before_the_database():
    with pytest.raises(ValueError):
        Leg(PROVIDER, accounts.sales("eur"), 5)
    with pytest.raises(ValueError):
        Leg(PROVIDER, SALES, -5)


def test_a_reversal_mirrors_its_entry_and_happens_once(programme, now):
    ledger.post([draft("a", Leg(PROVIDER, SALES, 70), Leg(PROVIDER, FUND, 30), at=now)])
    (entry,) = ledger.reverse(of_key="a", source_key="r", kind="correction", occurred_at=now)
    assert Entry.objects.get(source_key="a").reversed_by == entry
    assert [ledger.balance(ref) for ref in (PROVIDER, SALES, FUND)] == [0, 0, 0]
    assert ledger.reverse(of_key="a", source_key="r", kind="correction", occurred_at=now) == []
    with pytest.raises(IntegrityError):
        ledger.reverse(of_key="a", source_key="other", kind="correction", occurred_at=now)


def test_nothing_cannot_be_reversed(now):
    with pytest.raises(ledger.UnknownEntry):
        ledger.reverse(of_key="none", source_key="r", kind="correction", occurred_at=now)
    with pytest.raises(ledger.UnknownEntry):
        ledger.post([draft("a", Leg(PROVIDER, SALES, 1), at=now, reverses_key="none")])


def test_a_payable_never_falls_below_zero_and_a_fund_may(programme, now):
    ledger.post([draft("a", Leg(COST, PAYABLE, 900), Leg(COST, FUND, 100), at=now)])
    with pytest.raises(IntegrityError, match="account_floor"):
        ledger.post([draft("b", Leg(PAYABLE, COST, 901), at=now)])


def test_a_fund_may_fall_below_zero(programme, now):
    ledger.post([draft("b", Leg(FUND, PROVIDER, 101), at=now)])
    assert ledger.balance(FUND) == -101


def test_a_balance_as_of_a_moment_includes_that_moment_and_nothing_later(programme, now):
    tick = timedelta(microseconds=1)
    ledger.post([draft("a", Leg(PROVIDER, FUND, 10), at=now)])
    ledger.post([draft("b", Leg(FUND, PROVIDER, 3), at=now + tick)])
    assert ledger.balance_at(FUND, now - tick) == 0
    assert ledger.balance_at(FUND, now) == 10
    assert ledger.balance_at(FUND, now + tick) == 7 == ledger.balance(FUND)
    assert ledger.provider_balance(currency="usd", at=now) == 10
    assert ledger.provider_balance(currency="eur", at=now) == 0


def test_a_maturity_is_set_once_and_only_for_what_exists(programme, now):
    ledger.post([draft("a", Leg(COST, PAYABLE, 900), at=now)])
    for later in (0, 5):
        ledger.set_maturity(
            source_keys=["a", "none"],
            kind="maker_payable",
            matures_at=now + timedelta(days=later),
        )
    assert Maturity.objects.get().matures_at == now
