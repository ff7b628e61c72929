"""Cancelled, returned, goodwill, named: what goes back, from whom, to the cent."""

import pytest
from django.db import IntegrityError, transaction

from marketplace import orders, returns
from marketplace.models import OrderRefund, Stock, Unit, WriteOff
from marketplace.offers import Extras
from marketplace.write_offs import Spoilt
from partners import accounts, ledger
from tests.factories.donations import FundFactory
from tests.factories.marketplace import (
    AT,
    book_refund,
    external_refund,
    on_shelf,
    order_of,
    pay,
    tax_of,
)
from weintl.payments import refunds
from weintl.payments.models import Refund

pytestmark = pytest.mark.django_db


@pytest.fixture
def scarf():
    return on_shelf(consigned=5)


@pytest.fixture
def paid(scarf):
    """Three scarves: 74.85 and 8.00 delivery."""
    return pay(order_of({scarf: 3}))


@pytest.fixture
def paid_with_gift(scarf):
    """Two scarves and a gift of 20.00."""
    fund = FundFactory(is_open=True)
    return pay(order_of({scarf: 2}, extras=Extras(gift=2000, gift_fund=fund.key)))


def units(order):
    return list(Unit.objects.of(order))


def give(order, **more):
    given = {"reason": "x", "request_key": "k", "actor": None, "now": AT, **more}
    return returns.refund(order_id=order.pk, **given)


def balance(name, *more):
    return ledger.balance(getattr(accounts, name)("usd", *more))


def funds(order):
    code = order.lines.first().programme.code
    uses = ("long_term_care", "education", "medical_psychological", "legal_aid")
    return sum(ledger.balance(accounts.fund("usd", code, use)) for use in uses)


def payable(order):
    return balance("maker_payable", order.lines.first().programme.code)


def test_cancelling_before_dispatch_undoes_everything(paid, scarf):
    link = returns.cancel(
        order_id=paid.pk, reason="Changed my mind", request_key="c", actor=None, now=AT
    )
    assert (link.kind, link.refund.amount) == ("cancellation", 8285)
    assert Stock.objects.get(variant=scarf).free == 5
    assert payable(paid) == 2700  # nothing is booked before the money leaves
    book_refund(link.refund)
    paid.refresh_from_db()
    assert paid.state == "cancelled"
    assert balance("provider") == balance("sales") == balance("shipping") == 0
    assert payable(paid) == funds(paid) == 0


def test_a_piece_sent_back_stays_paid_to_its_maker_and_becomes_ours(paid, scarf):
    orders.mark_sent(order_id=paid.pk, actor=None, now=AT)
    before = funds(paid)
    unit = units(paid)[0]
    link = give(paid, unit_ids=[unit.pk])
    assert link.kind == "return"
    row = Stock.objects.get(variant=scarf)
    assert (row.owned, row.owned_cost_amount) == (1, 900)
    book_refund(link.refund)
    assert payable(paid) == 2700
    assert balance("inventory") == 900
    assert funds(paid) == before - sum(unit.uses.values())
    assert balance("provider") == 8285 - 2495


def test_refunding_piece_by_piece_ends_where_one_refund_ends(paid):
    for number, unit in enumerate(units(paid)):
        is_last = number == 2
        link = give(paid, unit_ids=[unit.pk], with_shipping=is_last, request_key=f"k{number}")
        book_refund(link.refund)
    paid.refresh_from_db()
    assert paid.state == "cancelled"
    assert balance("provider") == balance("sales") == balance("shipping") == 0
    assert payable(paid) == funds(paid) == 0


def test_the_same_form_sent_twice_is_one_refund(paid):
    unit = units(paid)[0]
    assert give(paid, unit_ids=[unit.pk]) == give(paid, unit_ids=[unit.pk])
    assert Refund.objects.count() == OrderRefund.objects.count() == 1


def test_a_piece_is_refunded_once(paid):
    unit = units(paid)[0]
    give(paid, unit_ids=[unit.pk])
    with pytest.raises(orders.NotPossible):
        give(paid, unit_ids=[unit.pk], request_key="another")


def test_delivery_goes_back_once(paid):
    give(paid, with_shipping=True)
    with pytest.raises(orders.NotPossible):
        give(paid, with_shipping=True, request_key="another")


def test_goodwill_is_borne_by_operations_alone(paid):
    before = (payable(paid), funds(paid))
    book_refund(give(paid, goodwill=500).refund)
    assert balance("goodwill") == 500
    assert (payable(paid), funds(paid)) == before


def test_more_than_was_paid_cannot_go_back(paid):
    with pytest.raises(refunds.TooMuch):
        give(paid, goodwill=8286)
    assert {unit.state for unit in units(paid)} == {"paid"}


def test_nothing_cannot_go_back(paid):
    with pytest.raises(orders.NotPossible):
        give(paid)


def test_an_order_sent_in_part_is_not_cancelled(paid):
    orders.mark_sent(order_id=paid.pk, unit_ids=[units(paid)[0].pk], actor=None, now=AT)
    with pytest.raises(orders.NotPossible):
        returns.cancel(order_id=paid.pk, reason="x", request_key="c", actor=None, now=AT)


def test_an_unpaid_order_gives_nothing_back(scarf):
    with pytest.raises(orders.NotPossible):
        give(order_of({scarf: 1}), goodwill=1)


def test_a_refund_that_failed_can_be_made_again_without_moving_the_shelf_twice(paid, scarf):
    unit = units(paid)[0]
    first = give(paid, unit_ids=[unit.pk])
    book_refund(first.refund)
    book_refund(first.refund, state="failed")
    assert payable(paid) == 2700
    free = Stock.objects.get(variant=scarf).free
    again = give(paid, unit_ids=[unit.pk], request_key="again")
    book_refund(again.refund)
    assert Stock.objects.get(variant=scarf).free == free
    assert payable(paid) == 1800


def test_a_refund_made_at_the_provider_leaves_suspense_once_its_pieces_are_named(paid):
    external_refund(paid, 2495 + 300)
    link = OrderRefund.objects.get()
    named = {"order_refund_id": link.pk, "with_shipping": False, "actor": None, "now": AT}
    unit = units(paid)[0]
    with pytest.raises(returns.NotTheAmount):
        returns.name_pieces(unit_ids=[unit.pk], goodwill=0, **named)
    returns.name_pieces(unit_ids=[unit.pk], goodwill=300, **named)
    assert balance("refund_suspense") == 0
    assert (balance("goodwill"), payable(paid)) == (300, 1800)
    unit.refresh_from_db()
    assert unit.state == "cancelled"
    with pytest.raises(orders.NotPossible):
        returns.name_pieces(unit_ids=[], goodwill=2795, **named)


def test_a_named_refund_that_fails_comes_back_whole(paid):
    refund = external_refund(paid, 2495)
    returns.name_pieces(
        order_refund_id=OrderRefund.objects.get().pk,
        unit_ids=[units(paid)[0].pk],
        with_shipping=False,
        goodwill=0,
        actor=None,
        now=AT,
    )
    book_refund(refund, state="failed")
    assert balance("refund_suspense") == 0
    assert (balance("provider"), payable(paid)) == (8285, 2700)


def test_a_gift_stays_untouched_unless_it_is_chosen(paid_with_gift):
    order = paid_with_gift
    link = returns.cancel(order_id=order.pk, reason="x", request_key="a", actor=None, now=AT)
    assert link.refund.amount == order.total_amount - 2000
    book_refund(link.refund)
    order.gift.refresh_from_db()
    assert (order.gift.state, order.gift.refunded_amount) == ("received", 0)
    fund = order.gift.fund.account("usd")
    assert ledger.balance(fund) == 2000
    link = returns.refund(
        order_id=order.pk, with_gift=True, reason="x", request_key="b", actor=None, now=AT
    )
    assert (link.refund.amount, link.gift_amount) == (2000, 2000)
    book_refund(link.refund)
    order.gift.refresh_from_db()
    assert (order.gift.state, ledger.balance(fund)) == ("refunded", 0)
    with pytest.raises(returns.NotPossible):
        returns.refund(
            order_id=order.pk, with_gift=True, reason="x", request_key="c", actor=None, now=AT
        )
    # The bank sends it back: the fund has it again.
    book_refund(link.refund, state="failed")
    order.gift.refresh_from_db()
    assert (order.gift.state, ledger.balance(fund)) == ("received", 2000)


def test_delivery_goes_back_with_its_tax():
    tax_of("US", 100_000, on_shipping=True)
    order = pay(order_of({on_shelf(consigned=1): 1}))
    unit = Unit.objects.of(order).get()
    link = returns.refund(
        order_id=order.pk,
        unit_ids=[unit.pk],
        with_shipping=True,
        reason="x",
        request_key="a",
        actor=None,
        now=AT,
    )
    assert link.refund.amount == order.total_amount
    assert (link.shipping_amount, link.shipping_tax_amount) == (880, 80)
    book_refund(link.refund)
    for name in ("provider", "sales", "shipping", "tax"):
        assert ledger.balance(getattr(accounts, name)("usd")) == 0


@pytest.mark.parametrize("supply", ["consigned", "owned"])
def test_a_spoilt_piece_is_written_off_and_not_put_on_the_shelf(supply):
    cost = {"unit_cost": 800} if supply == "owned" else {}
    variant = on_shelf(**{supply: 2}, **cost)
    order = pay(order_of({variant: 2}))
    orders.mark_sent(order_id=order.pk, actor=None, now=AT)
    before = (payable(order), balance("inventory"))
    unit = units(order)[0]
    link = give(order, unit_ids=[unit.pk], spoilt=Spoilt([unit.pk], "Torn"))
    book_refund(link.refund)
    row = Stock.objects.get(variant=variant)
    assert (row.owned, row.consigned, row.owned_cost_amount) == (0, 0, 0)
    assert (payable(order), balance("inventory")) == before
    assert balance("write_off") == unit.maker_amount > 0
    unit.refresh_from_db()
    assert (unit.state, unit.write_off.reason) == ("returned", "Torn")


def test_a_spoilt_piece_stays_written_off_when_its_refund_is_made_again(paid):
    orders.mark_sent(order_id=paid.pk, actor=None, now=AT)
    unit = units(paid)[0]
    spoilt = Spoilt([unit.pk], "Torn")
    first = give(paid, unit_ids=[unit.pk], spoilt=spoilt)
    book_refund(first.refund)
    book_refund(first.refund, state="failed")
    assert balance("write_off") == 0
    book_refund(give(paid, unit_ids=[unit.pk], spoilt=spoilt, request_key="again").refund)
    assert balance("write_off") == 900
    assert WriteOff.objects.count() == 1


def test_a_piece_on_the_shelf_again_is_not_written_off_by_a_second_try(paid, scarf):
    orders.mark_sent(order_id=paid.pk, actor=None, now=AT)
    unit = units(paid)[0]
    link = give(paid, unit_ids=[unit.pk])
    book_refund(link.refund)
    book_refund(link.refund, state="failed")
    with pytest.raises(orders.NotPossible):
        give(paid, unit_ids=[unit.pk], spoilt=Spoilt([unit.pk], "Torn"), request_key="again")
    assert not WriteOff.objects.exists()


def test_only_a_sent_piece_of_the_refund_is_written_off(paid):
    first, second, _ = units(paid)
    for unit_ids in ([first.pk], [second.pk]):
        with pytest.raises(orders.NotPossible):
            give(paid, unit_ids=unit_ids, spoilt=Spoilt([first.pk], "Torn"))
    assert not OrderRefund.objects.exists()


def test_the_pieces_of_a_refund_made_at_the_provider_may_be_written_off(paid):
    orders.mark_sent(order_id=paid.pk, actor=None, now=AT)
    unit = units(paid)[0]
    external_refund(paid, 2495)
    returns.name_pieces(
        order_refund_id=OrderRefund.objects.get().pk,
        unit_ids=[unit.pk],
        with_shipping=False,
        goodwill=0,
        spoilt=Spoilt([unit.pk], "Kept by the buyer"),
        actor=None,
        now=AT,
    )
    assert (balance("write_off"), balance("inventory")) == (900, 0)


def test_the_database_keeps_what_was_written_off(paid):
    unit = units(paid)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        WriteOff.objects.create(unit=unit, reason="x", written_off_at=AT)
    orders.mark_sent(order_id=paid.pk, actor=None, now=AT)
    kept = WriteOff.objects.create(unit=unit, reason="x", written_off_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        WriteOff.objects.update(reason="y")
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.delete()
