"""Each invariant is broken on purpose and seen."""

import pytest
from django.db import connection

from marketplace import invariants, returns
from marketplace.models import Hold, Order, Stock, Unit
from marketplace.offers import Extras
from tests.factories.donations import FundFactory
from tests.factories.marketplace import (
    AT,
    book_refund,
    end_unpaid,
    on_shelf,
    order_of,
    pay,
    tax_of,
    voucher_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def scarf():
    return on_shelf(consigned=3, owned=2, unit_cost=800)


@pytest.fixture
def paid(scarf):
    return pay(order_of({scarf: 3}))


def breaches():
    return {check.__name__: list(check()) for check in invariants.CHECKS if list(check())}


def unguarded(statement, *given):
    """Write past triggers and constraints' timing, as only a test may."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, given)
        cursor.execute("SET session_replication_role = DEFAULT")


def test_all_holds_after_sales_cancellations_returns_and_goodwill(scarf, paid):
    other = pay(order_of({scarf: 1}))
    end_unpaid(order_of({on_shelf(consigned=1): 1}))
    units = list(Unit.objects.of(paid))
    link = returns.refund(
        order_id=paid.pk,
        unit_ids=[units[0].pk],
        goodwill=100,
        reason="x",
        request_key="a",
        actor=None,
        now=AT,
    )
    assert breaches() == {}
    book_refund(link.refund)
    assert breaches() == {}
    book_refund(
        returns.cancel(order_id=other.pk, reason="x", request_key="b", actor=None, now=AT).refund
    )
    assert breaches() == {}


def test_a_piece_that_lost_a_cent_is_seen(paid):
    unit = Unit.objects.of(paid).first()
    unguarded(
        "UPDATE marketplace_unit SET net_amount = net_amount - 1,"
        " operations_amount = operations_amount - 1 WHERE id = %s",
        unit.pk,
    )
    assert set(breaches()) == {"check_lines"}


def test_a_share_other_than_the_ledgers_is_seen(paid):
    unit = Unit.objects.of(paid).first()
    unguarded(
        "UPDATE marketplace_unit SET education_amount = education_amount + 5,"
        " operations_amount = operations_amount - 5 WHERE id = %s",
        unit.pk,
    )
    assert set(breaches()) == {"check_shares"}


def test_an_order_that_is_not_its_lines_is_seen(paid):
    Order.objects.filter(pk=paid.pk).update(goods_amount=1, total_amount=801)
    assert set(breaches()) == {"check_orders", "check_payments"}


def test_an_order_paid_without_a_payment_is_seen(scarf):
    order = order_of({scarf: 1})
    Order.objects.filter(pk=order.pk).update(paid_at=AT, state="unfillable")
    assert set(breaches()) == {"check_payments"}


def test_a_counter_that_no_move_explains_is_seen(scarf):
    Stock.objects.filter(variant=scarf).update(consigned=9)
    assert set(breaches()) == {"check_counters"}


def test_a_hold_that_the_counter_forgot_is_seen(scarf):
    order = order_of({scarf: 2})
    Hold.objects.filter(order=order).update(state="released")
    assert set(breaches()) == {"check_held"}


def test_a_piece_that_is_not_waiting_any_more_is_seen(paid):
    unit = Unit.objects.of(paid).first()
    Unit.objects.filter(pk=unit.pk).update(state="delivered")
    assert set(breaches()) == {"check_allocated"}


def test_owned_pieces_whose_cost_the_books_do_not_have_are_seen(scarf):
    unguarded(
        "INSERT INTO marketplace_stockmove (variant_id, owned, consigned, held, allocated,"
        " owned_cost_amount, reason, source_key, moved_at)"
        " VALUES (%s, 0, 0, 0, 0, 7, 'x', 'x', now())",
        scarf.pk,
    )
    row = Stock.objects.get(variant=scarf)
    Stock.objects.filter(pk=row.pk).update(owned_cost_amount=row.owned_cost_amount + 7)
    assert set(breaches()) == {"check_inventory"}


def test_a_piece_refunded_twice_and_a_refund_that_is_no_sum_are_seen(paid):
    unit = Unit.objects.of(paid).last()
    for key in "ab":
        link = returns.refund(
            order_id=paid.pk, goodwill=200, reason="x", request_key=key, actor=None, now=AT
        )
        link.units.add(unit)
    assert set(breaches()) == {"check_refunded_once", "check_refunds"}


def test_a_mail_about_no_order_is_seen(paid):
    unguarded("UPDATE mail_mail SET cause = 'order:999999'")
    assert set(breaches()) == {"check_mails"}


@pytest.fixture
def full(scarf):
    """A paid order with tax, voucher and gift."""
    tax_of("US", 72_500, on_shipping=True)
    voucher_of()
    fund = FundFactory(is_open=True)
    extras = Extras(voucher="TEN", gift=1500, gift_fund=fund.key)
    return pay(order_of({scarf: 2}, extras=extras))


def test_all_holds_of_an_order_with_tax_voucher_and_gift(full):
    assert breaches() == {}
    link = returns.refund(
        order_id=full.pk,
        unit_ids=[Unit.objects.of(full).first().pk],
        with_shipping=True,
        with_gift=True,
        reason="x",
        request_key="a",
        actor=None,
        now=AT,
    )
    book_refund(link.refund)
    assert breaches() == {}


def test_a_tax_that_is_not_its_rules_is_seen(full):
    unguarded("UPDATE marketplace_ordertax SET amount = amount + 1")
    assert set(breaches()) == {"check_taxes"}


def test_a_tax_that_the_ledger_does_not_have_is_seen(full):
    unguarded(
        "UPDATE marketplace_order SET shipping_tax_amount = shipping_tax_amount + 1,"
        " tax_amount = tax_amount + 1, total_amount = total_amount + 1"
    )
    assert set(breaches()) == {"check_booked", "check_payments", "check_taxes"}


def test_a_use_that_nobody_counted_is_seen(full):
    unguarded("UPDATE marketplace_voucher SET uses = 0")
    assert set(breaches()) == {"check_vouchers"}


def test_a_use_that_stands_otherwise_than_its_order_is_seen(full):
    unguarded("UPDATE marketplace_voucheruse SET state = 'held'")
    assert set(breaches()) == {"check_vouchers"}


def test_an_added_gift_of_another_amount_is_seen(full):
    unguarded("UPDATE donations_gift SET amount = amount + 1")
    assert set(breaches()) == {"check_added_gifts"}
