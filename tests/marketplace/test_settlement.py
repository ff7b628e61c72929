"""What a payment does to its order, whatever comes, and however often."""

import pytest
from django.db import transaction

from donations import invariants as donations_invariants
from marketplace import cart as carts
from marketplace import invariants
from marketplace.models import OrderRefund, Stock, Unit, Voucher
from marketplace.offers import Extras
from marketplace.settlement import OrderSettlement
from partners import accounts, ledger
from partners.models import Entry
from tests.factories.donations import FundFactory
from tests.factories.marketplace import (
    AT,
    book_refund,
    end_unpaid,
    external_refund,
    on_shelf,
    order_of,
    pay,
    voucher_of,
)
from weintl.mail.models import Mail
from weintl.payments.models import Dispute, Payment, Refund

pytestmark = pytest.mark.django_db


@pytest.fixture
def scarf():
    return on_shelf(consigned=5)


@pytest.fixture
def paid(scarf):
    """Two scarves, paid: 49.90 and 8.00 delivery."""
    return pay(order_of({scarf: 2}))


def balance(name, *more):
    return ledger.balance(getattr(accounts, name)("usd", *more))


def code(order):
    return order.lines.first().programme.code


def test_a_paid_order_gives_each_cent_its_place(paid):
    assert paid.state == "paid"
    assert balance("provider") == 5790
    assert (balance("sales"), balance("shipping")) == (4990, 800)
    assert balance("maker_payable", code(paid)) == 1800
    # 25 % of 49.90 is 12.475, half up 12.48, over 40/30/20/10.
    uses = [
        ledger.balance(accounts.fund("usd", code(paid), use))
        for use in ("long_term_care", "education", "medical_psychological", "legal_aid")
    ]
    assert uses == [499, 374, 250, 125]
    for unit in Unit.objects.of(paid):
        assert unit.rule_id
        parts = unit.maker_amount + sum(unit.uses.values()) + unit.operations_amount
        assert parts == unit.net_amount == 2495


def test_being_told_twice_changes_nothing(paid):
    before = (Entry.objects.count(), Mail.objects.count(), Unit.objects.count())
    with transaction.atomic():
        OrderSettlement().paid(paid.payment, now=AT)
    assert (Entry.objects.count(), Mail.objects.count(), Unit.objects.count()) == before


def test_the_cart_is_emptied_and_the_buyer_is_told_in_their_language(scarf):
    order = order_of({scarf: 1}, language="es")
    cart = order.cart
    assert carts.count(cart) == 1
    pay(order)
    assert carts.count(cart) == 0
    mail = Mail.objects.get(cause=f"order:{order.pk}")
    assert (mail.template, mail.language) == ("marketplace/order_confirmation", "es")
    assert mail.context["total"] == {"amount": 3295, "currency": "usd"}
    assert f"/es/orders/{order.token}/" in mail.context["url"]
    assert sum(part["money"]["amount"] for part in mail.context["parts"]) == 2495


def test_the_fee_is_borne_by_operations(paid):
    Payment.objects.filter(pk=paid.payment_id).update(
        fee_amount=198, settled_amount=5790, net_amount=5592, settled_currency="usd"
    )
    payment = Payment.objects.get(pk=paid.payment_id)
    for _ in range(2):
        OrderSettlement().settled(payment, now=AT)
    assert balance("fees") == 198
    assert balance("provider") == 5592


def test_an_order_paid_after_its_hold_went_gets_pieces_that_are_still_free(scarf):
    order = end_unpaid(order_of({scarf: 2}))
    assert order.state == "expired"
    pay(order)
    assert order.state == "paid"
    row = Stock.objects.get(variant=scarf)
    assert (row.held, row.allocated) == (0, 2)


def test_an_order_paid_after_its_piece_was_sold_is_given_back_whole():
    single = on_shelf(consigned=1)
    late = end_unpaid(order_of({single: 1}))
    first = pay(order_of({single: 1}))
    pay(late)
    assert (first.state, late.state) == ("paid", "unfillable")
    refund = late.refunds.get().refund
    assert (refund.amount, refund.request_key) == (3295, f"late:{late.payment.session_id}")
    assert balance("customer_deposits") == 3295
    assert balance("maker_payable", code(late)) == 900
    mails = Mail.objects.filter(cause=f"order:{late.pk}").values_list("template", flat=True)
    assert list(mails) == ["marketplace/order_unfillable"]
    book_refund(refund)
    assert balance("customer_deposits") == 0
    assert balance("provider") == 3295
    with transaction.atomic():
        OrderSettlement().paid(late.payment, now=AT)
    assert Refund.objects.count() == 1


def test_an_unpaid_order_says_so(scarf):
    order = order_of({scarf: 1})
    for _ in range(2):
        OrderSettlement().failed(order.payment, now=AT)
    order.refresh_from_db()
    assert order.state == "expired"
    assert Stock.objects.get(variant=scarf).held == 0


def test_a_full_refund_at_the_provider_takes_all_that_is_left(paid, scarf):
    external_refund(paid, 5790)
    link = OrderRefund.objects.get()
    assert (link.kind, link.shipping_amount, link.units.count()) == ("cancellation", 800, 2)
    paid.refresh_from_db()
    assert paid.state == "cancelled"
    assert balance("provider") == balance("sales") == balance("shipping") == 0
    assert balance("maker_payable", code(paid)) == 0
    assert Stock.objects.get(variant=scarf).free == 5
    assert Mail.objects.filter(template="marketplace/order_refunded").count() == 1


def test_a_partial_refund_at_the_provider_waits_for_a_person(paid):
    external_refund(paid, 1000)
    assert OrderRefund.objects.get().kind == "external"
    assert balance("refund_suspense") == 1000
    assert balance("provider") == 4790
    assert {unit.state for unit in Unit.objects.of(paid)} == {"paid"}


def test_a_refund_told_as_pending_and_then_as_done_is_booked_once(paid):
    refund = external_refund(paid, 5790)
    before = Entry.objects.count()
    book_refund(refund, state="succeeded")
    assert Entry.objects.count() == before


def test_a_refund_that_fails_comes_back_into_the_books(paid):
    refund = external_refund(paid, 5790)
    book_refund(refund, state="failed")
    assert balance("provider") == 5790
    assert balance("maker_payable", code(paid)) == 1800


@pytest.mark.parametrize(
    ("end", "loss", "fees", "held"), [("won", 0, 0, 5790), ("lost", 5790, 1500, -1500)]
)
def test_a_dispute_parks_the_amount_and_ends_in_the_books(paid, end, loss, fees, held):
    dispute = Dispute.objects.create(
        payment=paid.payment,
        dispute_id="dp_1",
        state="needs_response",
        amount=5790,
        currency="usd",
        opened_at=AT,
        balance_transactions=[{"id": "a", "amount": -5790, "fee": 1500, "net": -7290}],
    )
    OrderSettlement().disputed(paid.payment, dispute, now=AT)
    assert (balance("provider"), balance("dispute_receivable")) == (-1500, 5790)
    dispute.state = end
    if end == "won":
        dispute.balance_transactions.append({"id": "b", "amount": 5790, "fee": -1500, "net": 7290})
    for _ in range(2):
        OrderSettlement().disputed(paid.payment, dispute, now=AT)
    assert balance("dispute_receivable") == 0
    assert (balance("dispute_loss"), balance("dispute_fee"), balance("provider")) == (
        loss,
        fees,
        held,
    )


def test_staff_are_led_from_the_payment_to_the_order(paid):
    urls = OrderSettlement().admin_urls([paid.payment])
    assert urls[paid.payment_id].endswith(f"/order/{paid.pk}/change/")
    assert OrderSettlement().admin_urls([]) == {}


def with_gift(scarf, *, amount=2000, **values):
    fund = FundFactory(is_open=True)
    return order_of({scarf: 1}, extras=Extras(gift=amount, gift_fund=fund.key), **values)


def test_an_added_gift_is_one_payment_and_goes_whole_to_its_fund(scarf):
    order = with_gift(scarf)
    assert order.payment.amount == order.total_amount == 2495 + 800 + 2000
    assert (order.gift.state, order.gift.payment) == ("awaiting_payment", None)
    pay(order)
    order.gift.refresh_from_db()
    assert (order.gift.state, order.gift.payment) == ("received", order.payment)
    in_fund = ledger.balance(order.gift.fund.account("usd"))
    assert (balance("provider"), in_fund) == (5295, 2000)
    assert (balance("sales"), balance("shipping"), balance("tax")) == (2495, 800, 0)
    assert Entry.objects.filter(source_key=f"payment/{order.payment.public_id}/paid").count() == 1
    # Thanked once, beside the order's own receipt; and told again nothing more is written.
    before = Mail.objects.count()
    with transaction.atomic():
        OrderSettlement().paid(order.payment, now=AT)
    assert Mail.objects.count() == before
    assert Mail.objects.filter(cause=f"gift:{order.gift_id}").count() == 1
    assert check_all() == []


def test_the_fee_of_an_order_with_a_gift_is_the_shop_s(scarf):
    order = pay(with_gift(scarf))
    payment = Payment.objects.get(pk=order.payment_id)
    payment.fee_amount, payment.settled_currency = 180, "usd"
    payment.save()
    OrderSettlement().settled(payment, now=AT)
    assert ledger.balance(order.gift.fund.account("usd")) == 2000


def test_an_unpaid_order_leaves_an_unpaid_gift_and_a_late_payment_receives_it(scarf):
    order = end_unpaid(with_gift(scarf))
    order.gift.refresh_from_db()
    assert order.gift.state == "expired"
    pay(order)
    order.gift.refresh_from_db()
    assert order.gift.state == "received"
    assert check_all() == []


def test_an_order_that_cannot_be_filled_gives_gift_and_voucher_back(scarf):
    voucher_of(total_uses=1)
    only = on_shelf(consigned=1)
    fund = FundFactory(is_open=True)
    extras = Extras(gift=500, gift_fund=fund.key, voucher="TEN")
    order = end_unpaid(order_of({only: 1}, extras=extras))
    pay(order_of({only: 1}, email="bo@example.org"))
    pay(order)
    assert order.state == "unfillable"
    order.gift.refresh_from_db()
    assert order.gift.received_at is None
    assert Voucher.objects.get().uses == 0
    assert balance("customer_deposits") == order.total_amount
    assert check_all() == []


def test_a_full_refund_at_the_provider_takes_the_gift_too(scarf):
    order = pay(with_gift(scarf))
    external_refund(order, order.total_amount)
    link = order.refunds.get()
    assert (link.kind, link.gift_amount) == ("cancellation", 2000)
    order.gift.refresh_from_db()
    assert (order.gift.state, order.gift.refunded_amount) == ("refunded", 2000)
    assert balance("provider") == 0
    assert check_all() == []


def check_all():
    checks = [*invariants.CHECKS, *donations_invariants.CHECKS]
    return [breach for check in checks for breach in check()]
