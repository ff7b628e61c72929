"""The sums that pages show are read once and remembered until the books go on."""

import pytest

from partners import accounts, ledger
from partners.ledger import Draft, Leg
from partners.models import Attributed
from partners.totals import totals
from tests.factories.partners import ProgrammeFactory, piece, sell
from tests.factories.payments import PaymentFactory
from weintl.payments.models import Payment

pytestmark = pytest.mark.django_db


def gift(key: str, now, currency: str = "usd") -> None:
    legs = [Leg(accounts.provider(currency), accounts.fund(currency, "loom"), 500)]
    ledger.post([Draft("gift", f"payment/{key}/paid", now, legs, {"payment": key})])


def given_by(email: str, now, **fields) -> Payment:
    """Let a gift of 5.00 come from a payment of `email`."""
    payment = PaymentFactory(email=email, **fields)
    gift(str(payment.public_id), now)
    return payment


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


def test_one_order_of_ten_pieces_is_one_person(now):
    ProgrammeFactory(code="loom")
    sell(*(piece(number) for number in range(10)), at=now)
    assert totals()["usd"].blocks == ()
    for number in range(9):
        sell(piece(100 + number), at=now)
    assert totals()["usd"].blocks


def test_who_gives_often_is_one_person_however_the_address_is_written(now):
    ProgrammeFactory(code="loom")
    for number in range(10):
        given_by("ana@example.org" if number % 2 else "Ana@Example.org", now)
    assert totals()["usd"].blocks == ()
    for number in range(9):
        given_by(f"d{number}@example.org", now)
    assert totals()["usd"].blocks


def test_whoever_got_something_back_is_not_counted(now):
    ProgrammeFactory(code="loom")
    for number in range(9):
        given_by(f"d{number}@example.org", now)
    given_by("e@example.org", now, refunded_amount=1)
    assert totals()["usd"].blocks == ()
    given_by("f@example.org", now)
    assert totals()["usd"].blocks


def test_those_whose_addresses_were_erased_count_as_one(now):
    ProgrammeFactory(code="loom")
    for _ in range(10):
        given_by("", now)
    assert totals()["usd"].blocks == ()


def test_money_that_nobody_paid_counts_for_nobody(now):
    """An allocation of a single gift is no less that donor's for being a row of its own."""
    ProgrammeFactory(code="loom")
    pool = accounts.fund("usd", use="education")
    for number in range(10):
        leg = Leg(pool, accounts.fund("usd", "loom", "education"), 100)
        ledger.post([Draft("allocation", f"allocation/{number}/approved", now, [leg])])
    assert totals()["usd"].blocks == ()


def test_pieces_of_before_payments_stood_beside_them_were_one_order(now):
    ProgrammeFactory(code="loom")
    for number in range(10):
        leg = Leg(accounts.artisan_cost("usd"), accounts.maker_payable("usd", "loom"), 900)
        ledger.post([Draft("unit_split", f"unit/{number}/split", now, [leg])])
    assert totals()["usd"].blocks == ()


def test_few_payments_are_kept_of_many_and_show_people_enough(now):
    ProgrammeFactory(code="loom")
    for number in range(35):
        given_by(f"d{number}@example.org", now)
    assert [len(row.payments) for row in Attributed.objects.all()] == [20]
    assert [block.amount for block in totals()["usd"].blocks] == [17_500]


def test_pay_to_the_makers_is_one_use_though_gifts_for_it_have_a_fund(now):
    ProgrammeFactory(code="loom")
    for number in range(10):
        sell(piece(number), at=now)
    fund = accounts.fund("usd", "loom", "artisan_pay")
    ledger.post([Draft("correction", "x", now, [Leg(accounts.provider("usd"), fund, 100)])])
    amounts = {block.uses: block.amount for block in totals()["usd"].blocks}
    assert amounts["artisan_pay",] == 9_100
