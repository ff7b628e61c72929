"""What belongs to an account, and to nobody else's."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from marketplace import accounts, alerts
from marketplace.models import Order, StockAlert
from tests.factories.accounts import CustomerFactory
from tests.factories.marketplace import VariantFactory, end_unpaid, on_shelf, order_of, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return CustomerFactory(email="ana@example.org")


def order(now, email="ana@example.org", **details):
    return order_of({on_shelf(consigned=3): 1}, now=now, email=email, **details)


def test_orders_of_a_guest_join_the_account_whatever_the_case_of_the_address(ana, now):
    placed = order(now, email="Ana@Example.org")
    assert accounts.join_orders(user=ana) == 1
    placed.refresh_from_db()
    assert placed.customer == ana
    assert accounts.join_orders(user=ana) == 0


def test_an_address_that_nobody_confirmed_brings_nothing(now):
    thief = CustomerFactory(email="ana@example.org", is_confirmed=False)
    placed = order(now)
    assert accounts.join_orders(user=thief) == 0
    placed.refresh_from_db()
    assert placed.customer is None


def test_an_order_of_another_account_is_not_taken_over(ana, now):
    other = CustomerFactory()
    placed = order(now)
    Order.objects.filter(pk=placed.pk).update(customer=other)
    assert accounts.join_orders(user=ana) == 0
    assert not accounts.orders_of(ana).exists()


def test_a_second_confirmed_address_counts_too(ana, now):
    EmailAddress.objects.create(user=ana, email="ana@work.example", verified=True)
    order(now, email="ana@work.example")
    assert accounts.join_orders(user=ana) == 1


def test_the_list_is_newest_first_and_leaves_out_pages_never_paid(ana, now):
    first, second = order(now - timedelta(days=2)), order(now - timedelta(days=1))
    end_unpaid(order(now))
    accounts.join_orders(user=ana)
    assert list(accounts.orders_of(ana)) == [second, first]


def test_a_card_says_how_the_order_stands(ana, now):
    pay(order(now), now=now)
    accounts.join_orders(user=ana)
    (card,) = accounts.cards(accounts.orders_of(ana), now=now)
    assert card.state == "Paid; we are packing it"
    assert card.is_good
    assert [line.quantity for line in card.pieces] == [1]


def test_the_language_of_mails_reaches_orders_and_wishes(ana, now):
    placed = order(now)
    accounts.join_orders(user=ana)
    for email in ("ana@example.org", "ben@example.org"):
        alerts.ask(variant=VariantFactory(), email=email, language="en", now=now)
    accounts.change_details(user=ana, first_name="Ana", last_name="", language="es")
    placed.refresh_from_db()
    ana.refresh_from_db()
    assert (placed.language, ana.language, ana.first_name) == ("es", "es", "Ana")
    found = dict(StockAlert.objects.values_list("email", "language"))
    assert found == {"ana@example.org": "es", "ben@example.org": "en"}
