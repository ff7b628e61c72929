"""The buyer's own pages tell the truth."""

import pytest
from django.utils import timezone

from marketplace import checkout, orders, returns
from marketplace.models import Unit
from tests.factories.marketplace import book_refund, end_unpaid, on_shelf, order_of, pay
from weintl.payments.models import Dispute

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def order(now):
    return order_of({on_shelf(consigned=3): 2}, now=now)


def page(client, order, last=""):
    return client.get(f"/en/orders/{order.token}/{last}")


def test_a_browser_that_comes_back_unpaid_is_told_so_and_looks_again(client, order, standin, now):
    checkout.open_payment(order=order, now=now)
    answer = page(client, order, "thanks/")
    assert "waiting for the payment provider" in answer.content.decode()
    assert answer["Refresh"] == f"3; url=/en/orders/{order.token}/thanks/?look=1"
    last = page(client, order, "thanks/?look=8")
    assert "Refresh" not in last


def test_a_payment_of_which_no_news_came_is_asked_for(client, order, standin, now):
    checkout.open_payment(order=order, now=now)
    order.payment.refresh_from_db()
    standin.pay(order.payment.session_id)
    answer = page(client, order, "thanks/")
    assert "Thank you. We have your order." in answer.content.decode()
    assert "Refresh" not in answer
    order.refresh_from_db()
    assert order.state == "paid"


def test_a_provider_that_is_away_does_not_break_the_page(client, order, standin, settings, now):
    checkout.open_payment(order=order, now=now)
    settings.STRIPE_TIMEOUT = 1
    standin.faults(status=500, keep=True)
    answer = page(client, order, "thanks/")
    assert answer.status_code == 200
    assert "Refresh" in answer


def test_an_order_that_was_not_paid_says_so(client, order):
    end_unpaid(order)
    assert "was not paid" in page(client, order, "thanks/").content.decode()
    assert "This order is not paid" in page(client, order).content.decode()


def test_the_orders_page_shows_each_part_to_the_cent(client, order):
    pay(order)
    text = page(client, order).content.decode()
    for words in ("$57.90", "$18.00", "$4.99", "$3.74", "$2.50", "$1.25", "$8.00", "Ana Ruiz"):
        assert words in text


def test_the_orders_page_follows_what_happens(client, order, now):
    pay(order, now=now)
    assert "held until it has arrived" in page(client, order).content.decode()
    orders.mark_sent(order_id=order.pk, actor=None, now=now)
    orders.mark_delivered(order_id=order.pk, now=now)
    assert "held until " in page(client, order).content.decode()
    units = list(Unit.objects.of(order))
    link = returns.refund(
        order_id=order.pk,
        unit_ids=[unit.pk for unit in units],
        with_shipping=True,
        reason="x",
        request_key="k",
        actor=None,
        now=now,
    )
    book_refund(link.refund)
    text = page(client, order).content.decode()
    assert "money sent back to you" in text
    assert "All of it came back to you." in text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("needs_response", "keep their share, whatever is decided"),
        ("lost", "got the money back from the bank."),
        ("won", "contested and confirmed again"),
    ],
)
def test_a_contested_payment_is_told(client, order, now, state, words):
    paid = pay(order, now=now)
    Dispute.objects.create(
        payment=paid.payment,
        dispute_id="dp_1",
        state=state,
        amount=paid.total_amount,
        currency="usd",
        opened_at=now,
    )
    assert words in page(client, paid).content.decode()


def test_the_unlucky_one_is_told_honestly(client, now):
    single = on_shelf(consigned=1)
    late = end_unpaid(order_of({single: 1}, now=now))
    pay(order_of({single: 1}, now=now))
    pay(late)
    assert "sold before your payment came" in page(client, late, "thanks/").content.decode()
    assert "Your money goes back" in page(client, late).content.decode()


@pytest.mark.parametrize("last", ["", "thanks/"])
def test_nobody_stores_or_lists_these_pages_and_a_guess_finds_none(client, order, last):
    answer = page(client, order, last)
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex"
    assert client.get(f"/en/orders/guess/{last}").status_code == 404
    assert client.get(f"/en/orders/{order.number}/{last}").status_code == 404


def test_following_an_order_takes_the_same_queries_for_one_piece_and_for_nine(client, now):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for quantity in (1, 9):
        order = pay(order_of({on_shelf(consigned=9): quantity}, now=now), now=now)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert page(client, order).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
