"""Gifts in another currency: the books hold what the provider settled, to the cent."""

import pytest
from django.db import IntegrityError, connection, transaction

from donations import exchange_invariants, standing
from donations.models import Gift, GiftRefund
from partners import accounts, ledger
from partners.models import Entry
from tests.donations.conftest import all_is_well, give, take_in
from tests.factories.donations import FundFactory
from weintl.money import Money
from weintl.payments import client
from weintl.payments.models import Payment, Refund

pytestmark = pytest.mark.django_db(transaction=True)


def given(standin, amount, *, currency="eur", **more):
    fund = FundFactory(use="education", key="education")
    return give(standin, campaign=None, fund=fund, amount=amount, currency=currency, **more)


def in_books(currency="usd"):
    return {
        "fund": ledger.balance(accounts.fund(currency, "", "education")),
        "cover": ledger.balance(accounts.fee_cover(currency)),
        "provider": ledger.balance(accounts.provider(currency)),
    }


def refund(gift, amount, number=1):
    payment = Payment.objects.get(pk=gift.payment_id)
    return client.create_refund(
        intent_id=payment.intent_id,
        amount=amount,
        metadata={},
        idempotency_key=f"{payment.public_id}-{number}",
    )


@pytest.mark.parametrize(("currency", "amount"), [("eur", 4000), ("jpy", 5000), ("mxn", 80_003)])
def test_the_fund_gets_what_was_settled_and_the_own_currency_is_empty(standin, currency, amount):
    gift = given(standin, amount, currency=currency)
    payment = Payment.objects.get(pk=gift.payment_id)
    assert (payment.settled_currency, payment.money) == ("usd", Money(amount, currency))
    assert payment.exchange_rate is not None
    kept = payment.settled_amount - payment.fee_amount
    assert in_books() == {"fund": kept, "cover": 0, "provider": kept}
    assert in_books(currency) == {"fund": 0, "cover": 0, "provider": 0}
    stands = standing.of(Gift.objects.for_page().get(pk=gift.pk))
    assert stands.in_fund == Money(kept, "usd")
    assert stands.paid == Money(payment.settled_amount, "usd")
    # The receipt is of what was given.
    assert gift.receipts.get().contents["currency"] == currency
    assert gift.receipts.get().total_amount == amount
    all_is_well()


def test_a_covered_fee_is_changed_with_the_gift(standin):
    gift = given(standin, 3350, is_fee_covered=True)
    payment = Payment.objects.get(pk=gift.payment_id)
    books = in_books()
    assert books["fund"] + books["cover"] == payment.settled_amount
    assert books["fund"] == pytest.approx(payment.settled_amount * 3350 / gift.total.amount, abs=1)
    assert books["provider"] == payment.net_amount
    all_is_well()


@pytest.mark.parametrize("parts", [(4000,), (1, 3999), (1333, 1333, 1334)])
def test_what_goes_back_leaves_the_fund_at_the_gift_s_own_rate(standin, parts):
    gift = given(standin, 4000)
    payment = Payment.objects.get(pk=gift.payment_id)
    for number, amount in enumerate(parts):
        made = refund(gift, amount, number)
        standin.control(f"refunds/{made['id']}/succeed")
        take_in()
    gift.refresh_from_db()
    assert gift.state == "refunded"
    # All of it went back: nothing is left but the fee that the provider keeps.
    assert in_books()["fund"] == -payment.fee_amount
    assert in_books("eur") == {"fund": 0, "cover": 0, "provider": 0}
    taken = GiftRefund.objects.filter(gift=gift).values_list("settled_amount", flat=True)
    assert sum(taken) == payment.settled_amount
    assert not standing.of(Gift.objects.for_page().get(pk=gift.pk)).kept
    all_is_well()


def test_a_refund_that_comes_back_leaves_the_fund_as_it_was(standin):
    gift = given(standin, 4000)
    before = in_books()
    made = refund(gift, 1500)
    standin.control(f"refunds/{made['id']}/succeed")
    take_in()
    assert in_books()["fund"] < before["fund"]
    standin.fail_refund(made["id"])
    take_in()
    gift.refresh_from_db()
    assert gift.state == "received"
    assert in_books() == before
    all_is_well()
    # What is refunded afterwards does not count the one that came back.
    made = refund(gift, 4000, 2)
    standin.control(f"refunds/{made['id']}/succeed")
    take_in()
    assert in_books("eur") == {"fund": 0, "cover": 0, "provider": 0}
    all_is_well()


def test_a_dispute_of_it_is_booked_in_what_was_settled(standin):
    gift = given(standin, 4000)
    payment = Payment.objects.get(pk=gift.payment_id)
    before = in_books()["fund"]
    made = standin.dispute(charge=payment.charge_id)
    take_in()
    assert ledger.balance(accounts.dispute_receivable("usd")) > 0
    all_is_well()
    standin.close_dispute(made["id"], "won")
    take_in()
    assert ledger.balance(accounts.dispute_receivable("usd")) == 0
    assert in_books()["fund"] == before
    all_is_well()


def test_told_again_nothing_is_booked_twice(standin):
    gift = given(standin, 4000)
    made = refund(gift, 1500)
    standin.control(f"refunds/{made['id']}/succeed")
    take_in()
    before, entries = in_books(), Entry.objects.count()
    take_in()
    assert (in_books(), Entry.objects.count()) == (before, entries)


def test_the_page_says_what_became_of_the_money(standin, client):
    gift = given(standin, 4000)
    payment = Payment.objects.get(pk=gift.payment_id)
    html = client.get(gift.get_absolute_url()).content.decode()
    settled = Money(payment.settled_amount, "usd")
    assert "€40.00" in html
    assert f"changed it to ${settled.amount / 100:.2f}" in html
    assert f"${payment.net_amount / 100:.2f}" in html


def tampered(statement):
    """Change what a trigger holds."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)


def test_an_exchange_of_another_amount_is_found(standin):
    gift = given(standin, 4000)
    check = exchange_invariants.check_exchanges_are_what_was_settled
    assert list(check()) == []
    both = ("settled_amount", "net_amount")
    change = "UPDATE payments_payment SET " + ", ".join(f"{x} = {x} {{0}}" for x in both)
    tampered(change.format("+ 1"))
    assert len(list(check())) == 1
    tampered(change.format("- 1"))
    made = refund(gift, 1500)
    standin.control(f"refunds/{made['id']}/succeed")
    take_in()
    check = exchange_invariants.check_refunds_of_exchanged_gifts
    assert list(check()) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.update(settled_amount=1)
    tampered("UPDATE payments_refund SET settled_amount = settled_amount + 1")
    assert len(list(check())) == 1
