"""One form, one gift."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from donations import gifts
from donations.models import Donor, Gift
from tests.factories.donations import FundFactory, GiftFactory
from weintl.mail.models import Mail
from weintl.money import Money
from weintl.payments.models import Payment


def start(now, fund, **changes) -> Gift:
    wanted = {
        "email": "Ana@Example.org",
        "name": "Ana",
        "fund": fund,
        "amount": Money(4000, "usd"),
        "is_fee_covered": False,
        "language": "en",
        "submission_key": "form-1",
        "now": now,
    }
    return gifts.start(**{**wanted, **changes})


@pytest.mark.django_db
def test_a_gift_comes_with_its_payment_and_donor(now):
    gift = start(now, FundFactory(), is_fee_covered=True)
    assert gift.donor.email == "ana@example.org"
    assert (gift.amount, gift.fee_cover_amount) == (4000, 151)
    payment = gift.payment
    assert (payment.purpose, payment.reference) == ("gift", str(gift.public_id))
    assert (payment.amount, payment.currency, payment.state) == (4151, "usd", "created")


@pytest.mark.django_db
def test_the_same_form_sent_twice_is_one_gift(now):
    fund = FundFactory()
    assert start(now, fund) == start(now + timedelta(seconds=2), fund)
    assert Payment.objects.count() == 1


@pytest.mark.django_db
def test_one_showing_of_the_form_is_good_for_one_gift(now):
    fund = FundFactory()
    first = start(now, fund)
    for changes in ({"amount": Money(2000, "usd")}, {"email": "other@example.org"}):
        with pytest.raises(gifts.FormUsed):
            start(now, fund, **changes)
    assert Gift.objects.get() == first


@pytest.mark.django_db
def test_a_later_gift_does_not_rename_the_donor(now):
    fund = FundFactory()
    start(now, fund)
    gift = start(now, fund, name="Somebody else", submission_key="form-2")
    assert Donor.objects.get().name == "Ana"
    assert gift.donor_name == "Somebody else"


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_at_the_same_moment_is_one_gift(now):
    fund = FundFactory()
    found, ready = [], threading.Barrier(4)

    def send():
        try:
            ready.wait()
            found.append(start(now, fund).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert Payment.objects.count() == 1


@pytest.mark.django_db
def test_a_gift_that_came_with_an_order_is_received_by_the_orders_payment(now):
    gift = GiftFactory(payment=None)
    part = gifts.part_of_order(gift)
    assert (part.amount, part.fee_cover, part.fund.code) == (4000, 0, "fund:usd:*:education")
    payment = GiftFactory(is_paid=True).payment
    Gift.objects.filter(payment=payment).update(payment=None)
    gifts.receive(gift=gift, payment=payment, now=now)
    gifts.receive(gift=gift, payment=payment, now=now)
    gift.refresh_from_db()
    assert (gift.state, gift.payment) == ("received", payment)
    assert Mail.objects.count() == 1


@pytest.mark.django_db
def test_the_mail_goes_again_once_a_day_at_most(paid, now):
    gift = paid()
    first = gifts.thank_again(gift=gift, now=now)
    assert gifts.thank_again(gift=gift, now=now + timedelta(hours=1)) == first
    assert gifts.thank_again(gift=gift, now=now + timedelta(days=1)) != first


@pytest.mark.django_db
def test_the_mail_speaks_the_donors_language(paid):
    paid(language="es")
    context = Mail.objects.get().context
    assert context["fund"] == "Educación"
    assert context["day"] == "24 de noviembre de 2026"
    assert "/es/giving/" in context["url"]


def test_nobody_writes_to_a_donor_who_was_erased(paid, now):
    paid()
    before = Mail.objects.count()
    Donor.objects.update(email="x@erased.invalid", name="", erase_asked_at=now, erased_at=now)
    assert gifts.thank_again(gift=Gift.objects.get(), now=now) is None
    assert Mail.objects.count() == before
