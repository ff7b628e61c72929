"""The worked example of docs/money.md, bought through the checkout: each figure is its."""

import pytest

from marketplace import orders, returns
from marketplace.invariants import CHECKS
from marketplace.models import Unit
from marketplace.offers import Extras
from marketplace.settlement import OrderSettlement
from partners import accounts, ledger
from tests.factories.marketplace import (
    AT,
    book_refund,
    on_shelf,
    order_of,
    pay,
    send_everywhere,
    tax_of,
    voucher_of,
)
from tests.factories.partners import SplitRuleFactory
from weintl.payments.models import Payment

pytestmark = pytest.mark.django_db
USES = ("long_term_care", "education", "medical_psychological", "legal_aid")


def balance(name, *more):
    return ledger.balance(getattr(accounts, name)("usd", *more))


def fund(programme):
    return [ledger.balance(accounts.fund("usd", programme.code, use)) for use in USES]


@pytest.fixture
def order():
    """A: three consigned at 24.95; B: one owned at 58.00; voucher, tax, delivery 7.95."""
    send_everywhere().zone.rates.update(amount=795)
    tax_of("US", 72_500)
    voucher_of("TEN")
    a = on_shelf(consigned=3, price_amount=2495)
    b = on_shelf(owned=1, unit_cost=2200, price_amount=5800, product__rule=False)
    SplitRuleFactory(
        programme=b.product.programme,
        long_term_care_ppm=500_000,
        education_ppm=300_000,
        medical_psychological_ppm=0,
        legal_aid_ppm=200_000,
    )
    return order_of({a: 3, b: 1}, extras=Extras(voucher="TEN"))


def test_it_holds_from_the_cart_to_the_books_and_back(order):
    first, second = order.lines.order_by("position")
    amounts = (order.goods_amount, order.discount_amount, order.shipping_amount, order.tax_amount)
    assert amounts == (13285, 1329, 795, 867)
    assert order.total_amount == order.payment.amount == 13618
    assert (first.discount_amount, first.net_amount, first.tax_amount) == (749, 6736, 488)
    assert (second.discount_amount, second.net_amount, second.tax_amount) == (580, 5220, 379)

    pay(order)
    payment = Payment.objects.get(pk=order.payment_id)
    payment.fee_amount, payment.settled_currency = 425, "usd"
    payment.save()
    OrderSettlement().settled(payment, now=AT)
    assert (balance("sales"), balance("shipping"), balance("tax")) == (11956, 795, 867)
    assert fund(first.programme) == [674, 505, 337, 168]
    assert fund(second.programme) == [653, 391, 0, 261]
    assert balance("maker_payable", first.programme.code) == 2700
    assert (balance("cogs"), balance("inventory")) == (2200, 0)
    assert (balance("fees"), balance("provider")) == (425, 13193)
    operations = sum(unit.operations_amount for unit in Unit.objects.of(order))
    assert operations + 795 - 425 == 4437

    orders.mark_sent(order_id=order.pk, actor=None, now=AT)
    piece = first.units.order_by("position").first()
    link = returns.refund(
        order_id=order.pk,
        unit_ids=[piece.pk],
        reason="Too short",
        request_key="one",
        actor=None,
        now=AT,
    )
    assert link.refund.amount == 2409
    book_refund(link.refund)
    assert fund(first.programme) == [674 - 225, 505 - 169, 337 - 113, 168 - 56]
    assert sum(fund(first.programme)) == 1121
    assert balance("tax") == 867 - 163
    assert balance("maker_payable", first.programme.code) == 2700
    assert balance("inventory") == 900
    assert balance("provider") == 10784
    assert [breach for check in CHECKS for breach in check()] == []


def test_three_refunds_of_one_piece_end_where_one_refund_of_three_would(order):
    pay(order)
    orders.mark_sent(order_id=order.pk, actor=None, now=AT)
    total = 0
    for number, unit in enumerate(list(Unit.objects.of(order))):
        link = returns.refund(
            order_id=order.pk,
            unit_ids=[unit.pk],
            with_shipping=number == 0,
            reason="x",
            request_key=f"{number}",
            actor=None,
            now=AT,
        )
        book_refund(link.refund)
        total += link.refund.amount
    assert total == order.total_amount
    assert [balance(name) for name in ("sales", "shipping", "tax", "provider")] == [0, 0, 0, 0]
    assert sum(balance("maker_payable", line.programme.code) for line in order.lines.all()) == 2700
    assert [breach for check in CHECKS for breach in check()] == []
