"""Vouchers: when they apply, and that their uses never exceed their limit."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from marketplace import cart as carts
from marketplace import checkout, discounts, offers
from marketplace.models import Order, Voucher, VoucherUse
from marketplace.offers import Extras, Wanted, offer
from tests.factories.donations import FundFactory
from tests.factories.marketplace import (
    AT,
    DETAILS,
    end_unpaid,
    on_shelf,
    order_of,
    pay,
    send_everywhere,
    voucher_of,
)

TEN = Extras(voucher="TEN")


@pytest.fixture
def scarf(db):
    return on_shelf(consigned=20)


def why_not(code="TEN", **values):
    with pytest.raises(discounts.NotApplicable) as refused:
        discounts.find(code, goods=values.pop("goods", 5000), now=AT, **values)
    return refused.value.message


def uses():
    return list(VoucherUse.objects.order_by("pk").values_list("state", flat=True))


def test_a_voucher_applies_however_its_code_is_typed(scarf):
    voucher = voucher_of()
    assert discounts.find(" ten ", goods=1, now=AT) == voucher


def test_why_a_voucher_does_not_apply_is_said(db):
    assert why_not("NO") == "There is no voucher “NO”."
    voucher = voucher_of(minimum_amount=10_000)
    assert why_not() == "This voucher is for pieces worth $100.00 or more."
    Voucher.objects.update(effective=DateTimeTZRange(None, AT))
    assert why_not() == "This voucher ended on Nov. 24, 2026."
    Voucher.objects.update(effective=DateTimeTZRange(AT + timedelta(days=1), None))
    assert why_not() == "This voucher begins on Nov. 25, 2026."
    Voucher.objects.filter(pk=voucher.pk).update(
        effective=DateTimeTZRange(None, None), minimum_amount=0, total_uses=0
    )
    assert why_not() == "This voucher is used up."


@pytest.mark.parametrize(
    ("values", "discount", "delivery"),
    [
        ({}, 499, 800),
        ({"kind": "amount", "amount": 1000}, 1000, 800),
        ({"kind": "amount", "amount": 99_999}, 4990, 800),
        ({"kind": "free_shipping"}, 0, 0),
    ],
)
def test_each_kind_takes_off_what_it_says_and_never_maker_pay(scarf, values, discount, delivery):
    voucher_of(**values)
    order = pay(order_of({scarf: 2}, extras=TEN))
    assert (order.discount_amount, order.shipping_amount) == (discount, delivery)
    units = [unit for line in order.lines.all() for unit in line.units.all()]
    full = pay(order_of({on_shelf(consigned=1, product=scarf.product): 1}))
    maker = full.lines.get().units.get().maker_amount
    assert maker > 0
    assert [unit.maker_amount for unit in units] == [maker, maker]


def test_a_pending_order_holds_a_use_and_gives_it_back_when_it_is_not_paid(scarf):
    voucher = voucher_of(total_uses=1)
    order = order_of({scarf: 1}, extras=TEN)
    voucher.refresh_from_db()
    assert (voucher.uses, uses()) == (1, ["held"])
    assert why_not() == "This voucher is used up."
    end_unpaid(order)
    voucher.refresh_from_db()
    assert (voucher.uses, uses()) == (0, ["released"])
    pay(order_of({scarf: 1}, extras=TEN))
    assert uses() == ["released", "used"]


def test_an_order_paid_after_its_use_was_given_back_takes_one_if_it_is_there(scarf):
    voucher = voucher_of(total_uses=1)
    late, other = order_of({scarf: 1}, extras=TEN), None
    end_unpaid(late)
    other = order_of({scarf: 1}, extras=TEN, email="bo@example.org")
    pay(late)
    voucher.refresh_from_db()
    # The last use is another's; the price that was paid stands all the same.
    assert (voucher.uses, uses()) == (1, ["late", "held"])
    end_unpaid(other)
    again = order_of({scarf: 1}, extras=TEN)
    end_unpaid(again)
    pay(again)
    assert uses() == ["late", "released", "used"]


@pytest.mark.parametrize(
    "email", ["ana@example.org", "ANA@Example.org", "ana+more@example.org", " ana@example.org"]
)
def test_once_a_customer_means_one_mailbox(scarf, email):
    voucher_of(is_once_per_customer=True)
    pay(order_of({scarf: 1}, extras=TEN))
    assert why_not(email=email).startswith("This voucher was used with your e-mail")
    assert discounts.find("TEN", goods=1, email="bo@example.org", now=AT)


def test_dots_tell_no_two_customers_apart_where_mail_ignores_them():
    assert discounts.customer_of("a.n.a@gmail.com") == discounts.customer_of("ana@googlemail.com")
    assert discounts.customer_of("a.na@example.org") != discounts.customer_of("ana@example.org")


def test_what_ones_own_unpaid_order_holds_is_free_for_the_next(scarf):
    voucher_of(total_uses=1, is_once_per_customer=True)
    order = order_of({scarf: 1}, extras=TEN)
    assert discounts.find("TEN", goods=1, email=order.email, cart=order.cart, now=AT)
    wanted = Wanted.of(DETAILS, TEN)
    assert offer(cart=order.cart, now=AT, wanted=wanted).voucher_problem == ""


def test_a_use_taken_by_another_meanwhile_refuses_the_order(scarf):
    voucher_of(total_uses=1)
    cart = carts.add_line(cart=None, sku=scarf.sku, quantity=1, now=AT)
    quote = offer(cart=cart, now=AT, wanted=Wanted.of(DETAILS, TEN)).quote
    shown = offers.read_shown(offers.write_shown(quote))
    order_of({scarf: 1}, extras=TEN, email="bo@example.org")
    with pytest.raises(checkout.Changed) as refused:
        checkout.place_order(
            cart=cart, details=DETAILS, extras=TEN, shown=shown, language="en", now=AT
        )
    assert refused.value.details == ["Discount: $2.50 before, $0.00 now."]
    assert VoucherUse.objects.count() == 1


def test_the_database_refuses_a_use_too_many_and_a_change_of_what_was_used(scarf):
    voucher_of(total_uses=1)
    order_of({scarf: 1}, extras=TEN)
    with pytest.raises(IntegrityError, match="voucher_uses_within_limit"), transaction.atomic():
        Voucher.objects.update(uses=2)
    with pytest.raises(IntegrityError, match="only ended"), transaction.atomic():
        Voucher.objects.update(rate_ppm=900_000)
    Voucher.objects.update(total_uses=5, note="More.")
    with pytest.raises(IntegrityError), transaction.atomic():
        voucher_of("ten")


def test_a_voucher_that_leaves_too_little_to_pay_is_not_taken(scarf):
    send_everywhere().zone.rates.update(amount=0)
    voucher_of(rate_ppm=1_000_000)
    cart = carts.add_line(cart=None, sku=scarf.sku, quantity=1, now=AT)
    found = offer(cart=cart, now=AT, wanted=Wanted.of(DETAILS, TEN))
    assert (found.voucher, found.quote.total) == (None, found.quote.goods)
    assert found.voucher_problem.startswith("With this voucher less than $0.50")
    with_gift = Extras(voucher="TEN", gift=500, gift_fund=FundFactory().key)
    found = offer(cart=cart, now=AT, wanted=Wanted.of(DETAILS, with_gift))
    assert (found.voucher.code, found.quote.total) == ("TEN", 500)


def test_pieces_that_cost_too_little_to_be_paid_are_not_ordered(db):
    send_everywhere().zone.rates.update(amount=0)
    with pytest.raises(checkout.TooLittle):
        order_of({on_shelf(consigned=1, price_amount=49): 1})
    assert Order.objects.count() == 0
    assert order_of({on_shelf(consigned=1, price_amount=50): 1}).total_amount == 50


@pytest.mark.django_db(transaction=True)
def test_many_shoppers_at_once_take_no_use_too_many():
    voucher = voucher_of(total_uses=3)
    scarf = on_shelf(consigned=20)
    prepared = []
    for _number in range(8):
        cart = carts.add_line(cart=None, sku=scarf.sku, quantity=1, now=AT)
        quote = offer(cart=cart, now=AT, wanted=Wanted.of(DETAILS, TEN)).quote
        prepared.append((cart, offers.read_shown(offers.write_shown(quote))))

    def buy(each):
        cart, shown = each
        try:
            checkout.place_order(
                cart=cart,
                details=DETAILS,
                extras=TEN,
                shown=shown,
                language="en",
                now=AT,
            )
        except (checkout.Gone, checkout.Changed):
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(buy, prepared))
    voucher.refresh_from_db()
    assert (sum(done), voucher.uses, VoucherUse.objects.count()) == (3, 3, 3)
