"""The clock alone frees nothing: the payment page is closed first."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace import checkout, holds
from marketplace.models import Hold, Stock
from tests.factories.marketplace import on_shelf, order_of

pytestmark = pytest.mark.django_db
LONG = timedelta(hours=1)


@pytest.fixture
def scarf():
    return on_shelf(consigned=1)


@pytest.fixture
def order(scarf, standin):
    now = timezone.now()
    placed = order_of({scarf: 1}, now=now)
    checkout.open_payment(order=placed, now=now)
    return placed


def held(variant):
    return Stock.objects.get(variant=variant).held


def test_a_hold_lasts_longer_than_its_payment_page(order):
    order.payment.refresh_from_db()
    hold = Hold.objects.get()
    assert hold.expires_at - order.payment.session_expires_at >= timedelta(minutes=9)
    assert holds.sweep(now=timezone.now()) == 0


def test_an_abandoned_page_is_closed_and_its_pieces_are_free_again(order, scarf):
    assert holds.sweep(now=timezone.now() + LONG) == 1
    order.refresh_from_db()
    assert (order.state, order.payment.state, held(scarf)) == ("expired", "expired", 0)
    assert holds.sweep(now=timezone.now() + LONG) == 0


def test_a_page_that_was_paid_and_not_heard_of_becomes_a_paid_order(order, scarf, standin):
    order.payment.refresh_from_db()
    standin.pay(order.payment.session_id)
    holds.sweep(now=timezone.now() + LONG)
    order.refresh_from_db()
    assert (order.state, held(scarf)) == ("paid", 0)
    assert Stock.objects.get(variant=scarf).allocated == 1


def test_pieces_stay_held_while_the_provider_does_not_answer(order, scarf, standin, settings):
    settings.STRIPE_TIMEOUT = 1
    standin.faults(status=500, keep=True)
    later = timezone.now() + LONG
    holds.sweep(now=later)
    order.refresh_from_db()
    assert (order.state, held(scarf)) == ("awaiting_payment", 1)
    standin.clear_faults()
    assert holds.sweep(now=later) == 0, "tried again only after a while"
    holds.sweep(now=later + holds.AGAIN_AFTER)
    assert held(scarf) == 0


def test_an_order_whose_page_never_opened_is_let_go(scarf, standin):
    now = timezone.now()
    placed = order_of({scarf: 1}, now=now)
    holds.sweep(now=now + LONG)
    placed.refresh_from_db()
    assert (placed.state, held(scarf)) == ("expired", 0)


def test_a_delayed_payment_keeps_its_pieces(order, scarf, standin):
    order.payment.refresh_from_db()
    standin.pay(order.payment.session_id, bank="ok")
    holds.sweep(now=timezone.now() + LONG)
    order.refresh_from_db()
    assert (order.state, held(scarf)) == ("awaiting_payment", 1)
