"""The buyer cancels what was not sent, and nothing else."""

import html
import re

import pytest
from django.utils import timezone

from marketplace import orders, returns
from marketplace.models import OrderRefund, Stock, Unit, VoucherUse
from marketplace.offers import Extras
from tests.factories.marketplace import book_refund, on_shelf, order_of, pay, voucher_of
from weintl.payments.models import Dispute

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def scarf():
    return on_shelf(consigned=5)


@pytest.fixture
def order(scarf, now):
    return pay(order_of({scarf: 2}, now=now), now=now)


def address(order) -> str:
    return f"/en/orders/{order.token}/cancel/"


def words(answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", answer.content.decode()))


def ids(order) -> list[int]:
    return [unit.pk for unit in Unit.objects.of(order)]


def test_one_of_two_is_chosen_seen_and_cancelled(client, order, scarf):
    assert address(order) in client.get(order.get_absolute_url()).content.decode()
    assert words(client.get(address(order))).count('type="checkbox"') == 2
    one = ids(order)[0]
    seen = client.post(address(order), {"units": [one], "key": "k"})
    assert "$24.95 go back" in words(seen)
    assert "price of delivery" not in words(seen)
    assert not OrderRefund.objects.exists()
    done = client.post(address(order), {"units": [one], "key": "k", "confirmed": "1"})
    assert done.headers["Location"] == order.get_absolute_url()
    link = OrderRefund.objects.get()
    assert (link.kind, link.refund.amount, link.refund.requested_by) == ("cancellation", 2495, None)
    assert Stock.objects.get(variant=scarf).free == 4


def test_the_last_pieces_bring_the_delivery_back_and_the_voucher(client, scarf, now):
    voucher = voucher_of("TEN")
    order = pay(order_of({scarf: 1}, now=now, extras=Extras(voucher="TEN")), now=now)
    assert VoucherUse.objects.get().state == "used"
    seen = client.post(address(order), {"units": ids(order), "key": "k"})
    assert "price of delivery is in it" in words(seen)
    client.post(address(order), {"units": ids(order), "key": "k", "confirmed": "1"})
    order.refresh_from_db()
    assert order.state == "cancelled"
    assert OrderRefund.objects.get().refund.amount == order.total_amount
    assert VoucherUse.objects.get().state == "released"
    voucher.refresh_from_db()
    assert voucher.uses == 0


def test_a_second_click_does_it_once(client, order):
    sent = {"units": ids(order)[:1], "key": "k", "confirmed": "1"}
    first, second = client.post(address(order), sent), client.post(address(order), sent)
    assert first.headers["Location"] == second.headers["Location"]
    assert OrderRefund.objects.count() == 1


def test_what_left_meanwhile_stays_and_the_page_says_so(client, order, now):
    pieces = ids(order)
    orders.mark_sent(order_id=order.pk, unit_ids=pieces[:1], actor=None, now=now)
    answer = client.post(address(order), {"units": pieces, "key": "k", "confirmed": "1"})
    assert answer.status_code == 422
    assert not OrderRefund.objects.exists()
    with pytest.raises(orders.NotPossible):
        returns.cancel(
            order_id=order.pk, unit_ids=pieces, reason="x", request_key="x", actor=None, now=now
        )
    orders.mark_sent(order_id=order.pk, actor=None, now=now)
    assert "Nothing can be cancelled here any more" in words(client.get(address(order)))
    assert address(order) not in client.get(order.get_absolute_url()).content.decode()


def test_after_a_part_was_sent_the_rest_comes_back_without_delivery(client, order, now):
    sent, rest = ids(order)
    orders.mark_sent(order_id=order.pk, unit_ids=[sent], actor=None, now=now)
    client.post(address(order), {"units": [rest], "key": "k", "confirmed": "1"})
    assert OrderRefund.objects.get().refund.amount == 2495
    book_refund(OrderRefund.objects.get().refund)
    order.refresh_from_db()
    assert order.state == "sent"


@pytest.mark.parametrize("sent", [{}, {"units": []}, {"units": ["x"]}, {"units": ["999999999"]}])
def test_a_mistake_is_told_and_nothing_happens(client, order, sent):
    answer = client.post(address(order), {**sent, "key": "k", "confirmed": "1"})
    assert answer.status_code == 422
    assert not OrderRefund.objects.exists()


def test_pieces_of_another_order_are_none_of_it(client, order, scarf, now):
    other = pay(order_of({scarf: 1}, now=now), now=now)
    answer = client.post(address(order), {"units": ids(other), "key": "k", "confirmed": "1"})
    assert answer.status_code == 422
    assert not OrderRefund.objects.exists()


def test_an_unpaid_or_contested_order_offers_nothing(client, order, scarf, now):
    unpaid = order_of({scarf: 1}, now=now)
    assert "Nothing can be cancelled" in words(client.get(address(unpaid)))
    Dispute.objects.create(
        payment=order.payment,
        dispute_id="dp_1",
        state="needs_response",
        amount=order.total_amount,
        currency="usd",
        opened_at=now,
    )
    assert "Nothing can be cancelled" in words(client.get(address(order)))
    assert address(order) not in client.get(order.get_absolute_url()).content.decode()


def test_a_guess_finds_nothing_and_nobody_stores_the_page(client, order):
    assert client.get("/en/orders/guess/cancel/").status_code == 404
    assert "no-store" in client.get(address(order))["Cache-Control"]


@pytest.mark.parametrize("key", ["\0", "a\0b", "k" * 33, "", "🧣\u202e"])
def test_a_key_of_another_make_is_refused_and_nothing_is_cancelled(client, order, key):
    given = {"units": ids(order)[:1], "key": key, "confirmed": "1"}
    for _ in range(2):
        assert client.post(address(order), given).status_code in {302, 422}
    assert OrderRefund.objects.count() == (1 if "🧣" in key else 0)
