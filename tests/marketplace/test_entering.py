"""Orders that staff enter: the shop's own prices, taxes, holds and books; cash paid at once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from marketplace import checkout, entering, holds, stock
from marketplace.models import Hold, Invoice, Order, Stock, Unit
from partners import accounts, ledger
from partners.models import Maturity
from tests.factories.entering import FAIR, come_in, enter, sale_of, shown_of
from tests.factories.marketplace import AT, DETAILS, on_shelf, tax_of, voucher_of
from weintl.accounts.models import User
from weintl.mail.models import Mail
from weintl.money import Money
from weintl.organisation.models import Organisation
from weintl.payments import offline
from weintl.payments.models import Payment, Way
from weintl.verify import collect

pytestmark = pytest.mark.django_db


@pytest.fixture
def scarf():
    return on_shelf(consigned=5)


@pytest.fixture
def clerk():
    return User.objects.create_user("clerk@example.org", is_staff=True)


def broken():
    return [found for check in collect.checks() for found in collect.breaches(check)]


def balance(name, *more):
    return ledger.balance(getattr(accounts, name)("usd", *more))


def test_a_fair_takes_cash_and_hands_the_pieces_over(scarf, clerk):
    order = enter(sale_of({scarf: 2}), actor=clerk)
    assert (order.state, order.channel, order.entered_by) == ("delivered", "fair", clerk)
    assert (order.total_amount, order.shipping_amount) == (4990, 0)
    assert balance("cash_box") == 4990
    assert balance("provider") == balance("fees") == balance("shipping") == 0
    row = Stock.objects.get(variant=scarf)
    assert (row.consigned, row.held, row.allocated) == (3, 0, 0)
    assert {unit.state for unit in Unit.objects.of(order)} == {"delivered"}
    payment = order.payment
    assert (payment.state, payment.way, payment.recorded_by) == ("succeeded", "cash", clerk)
    assert payment.offline_reference == order.number
    assert payment.fee_amount is None
    assert payment.next_check_at is None
    assert not broken()


def test_makers_may_be_paid_at_once_and_programmes_after_the_time_for_returns(scarf):
    enter(sale_of({scarf: 1}))
    found = dict(Maturity.objects.values_list("kind", "matures_at"))
    assert found == {"maker_payable": AT, "fund": AT + timedelta(days=30)}


def test_a_buyer_who_gave_no_name_has_an_invoice_without_one_and_no_mail(scarf):
    order = enter(sale_of({scarf: 1}))
    invoice = Invoice.objects.get(order=order)
    assert invoice.contents["paid_by"] == "cash"
    assert "not named" in invoice.buyer.text
    assert not Mail.objects.exists()


def test_a_buyer_who_gave_an_address_has_the_receipt_by_mail_in_their_language(scarf):
    details = replace(FAIR, email="eva@example.org", name="Eva")
    enter(sale_of({scarf: 1}, details=details, language="es"))
    mail = Mail.objects.get()
    assert (mail.template, mail.language) == ("marketplace/order_confirmation", "es")


def test_the_place_of_sale_says_the_tax(scarf):
    tax_of("US", 50_000, region="WI", on_shipping=False)
    tax_of("US", 90_000)
    order = enter(sale_of({scarf: 1}))
    assert (order.tax_amount, order.total_amount) == (125, 2620)
    elsewhere = enter(sale_of({scarf: 1}, details=replace(FAIR, region="IL")))
    assert elsewhere.tax_amount == 225
    assert balance("tax") == 350
    assert not broken()


def test_cash_for_pieces_to_be_sent_waits_to_be_sent(scarf):
    order = enter(sale_of({scarf: 1}, details=DETAILS, is_handed_over=False))
    assert (order.state, order.total_amount) == ("paid", 2495 + 800)
    assert order.due_on is not None
    assert balance("cash_box") == 3295


def test_a_discount_has_a_reason_and_leaves_makers_their_pay(scarf):
    sale = sale_of({scarf: 2}, off=1000, off_reason="Loose thread")
    order = enter(sale)
    assert (order.discount_amount, order.total_amount) == (1000, 3990)
    assert (order.staff_discount_amount, order.staff_discount_reason) == (1000, "Loose thread")
    assert balance("maker_payable", scarf.product.programme.code) == 1800
    assert not broken()


def test_no_discount_leaves_less_than_the_makers_get(scarf):
    # 24.95 a piece, of which its makers get 9.00.
    enter(sale_of({scarf: 1}, off=1595, off_reason="Friend"))
    with pytest.raises(entering.TooMuchOff, match=r"makers get \$9\.00"):
        enter(sale_of({scarf: 1}, off=1596, off_reason="Friend"))


def test_a_discount_comes_on_top_of_a_voucher(scarf):
    voucher = voucher_of()
    sale = sale_of({scarf: 2}, voucher="TEN", off=500, off_reason="Fair's last hour")
    order = enter(sale)
    assert (order.discount_amount, order.staff_discount_amount) == (999, 500)
    voucher.refresh_from_db()
    assert voucher.uses == 1
    assert not broken()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"channel": "web"}, "where it was sold"),
        ({"off": 100}, "needs its reason"),
        ({"off_reason": "Friend"}, "needs its reason"),
        ({"is_handed_over": False}, "name and address"),
        ({"way": Way.PROVIDER}, "e-mail address"),
        ({"way": Way.BANK, "held_days": 0}, "from one day"),
        ({"voucher": "NONE"}, "no voucher"),
        ({"lines": {}}, "Choose a piece"),
    ],
)
def test_what_does_not_fit_together_is_refused_and_changes_nothing(scarf, changes, words):
    sale = replace(sale_of({scarf: 1}), **changes)
    shown = shown_of(sale_of({scarf: 1}))
    with pytest.raises(checkout.Refused) as caught:
        enter(sale, shown=shown)
    assert words in str(caught.value.message)
    assert not Order.objects.exists()
    assert Stock.objects.get(variant=scarf).held == 0


def test_a_voucher_for_one_use_a_customer_needs_to_know_the_customer(scarf):
    voucher_of(is_once_per_customer=True)
    with pytest.raises(entering.NotAgreed, match="one use a customer"):
        enter(sale_of({scarf: 1}, voucher="TEN"))


def test_a_total_that_is_not_the_one_shown_is_refused(scarf):
    sale = sale_of({scarf: 1})
    with pytest.raises(checkout.Changed):
        enter(sale, shown=shown_of(sale, total=2000))


def test_the_same_form_sent_twice_is_one_order(scarf):
    sale = sale_of({scarf: 1})
    shown = shown_of(sale)
    assert enter(sale, shown=shown) == enter(sale, shown=shown)
    assert Order.objects.count() == Payment.objects.count() == 1
    assert balance("cash_box") == 2495


def test_nobody_sells_what_is_not_there(scarf):
    with pytest.raises(checkout.Unavailable):
        enter(sale_of({scarf: 6}), shown=shown_of(sale_of({scarf: 5})))


def test_a_closed_shop_sells_over_the_counter(scarf):
    ours = Organisation.current()
    ours.is_shop_open = False
    ours.save()
    assert enter(sale_of({scarf: 1})).state == "delivered"


def test_a_bank_transfer_holds_the_pieces_as_long_as_staff_say(scarf):
    order = enter(sale_of({scarf: 2}, way=Way.BANK, held_days=10))
    assert (order.state, order.payment.state) == ("awaiting_payment", "created")
    assert Hold.objects.get().expires_at == AT + timedelta(days=10)
    assert Stock.objects.get(variant=scarf).held == 2
    assert balance("bank") == balance("cash_box") == 0
    assert not broken()


def test_the_database_refuses_an_online_order_that_staff_changed(scarf, clerk):
    order = enter(sale_of({scarf: 1}), actor=clerk)
    for changes in (
        {"channel": "web"},
        {"channel": "moon"},
        {"staff_discount_amount": 5},
        {"staff_discount_reason": "x"},
        {"shipping_amount": 5, "total_amount": 2500},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Order.objects.filter(pk=order.pk).update(**changes)


def test_two_clerks_cannot_both_sell_the_last_piece():
    last = on_shelf(consigned=1)
    sale = sale_of({last: 1})
    first, second = shown_of(sale), shown_of(sale)
    enter(sale, shown=first)
    with pytest.raises((checkout.Unavailable, stock.SoldOut)):
        enter(sale, shown=second)
    assert Order.objects.count() == 1


def test_money_that_came_in_at_the_bank_pays_the_order(scarf):
    sale = sale_of({scarf: 1}, way=Way.BANK, details=DETAILS, is_handed_over=False)
    order = enter(sale)
    come_in(order, now=AT + timedelta(days=3))
    assert order.state == "paid"
    assert (balance("bank"), balance("cash_box"), balance("provider")) == (3295, 0, 0)
    assert Invoice.objects.get(order=order).contents["paid_by"] == "bank"
    assert Mail.objects.get().template == "marketplace/order_confirmation"
    assert not broken()


def test_another_amount_than_the_order_s_is_refused(scarf):
    order = enter(sale_of({scarf: 1}, way=Way.BANK))
    with pytest.raises(offline.NotTheAmount):
        come_in(order, amount=Money(2494, "usd"))
    order.refresh_from_db()
    assert order.state == "awaiting_payment"


def test_the_sweeper_lets_go_what_nobody_paid(scarf):
    order = enter(sale_of({scarf: 2}, way=Way.BANK, voucher=voucher_of().code))
    assert holds.sweep(now=AT + timedelta(days=6, hours=23)) == 0
    assert holds.sweep(now=AT + timedelta(days=7)) == 1
    order.refresh_from_db()
    assert (order.state, order.payment.state) == ("expired", "expired")
    assert Stock.objects.get(variant=scarf).free == 5
    assert not broken()


def test_money_that_comes_late_takes_the_piece_if_it_is_there(scarf):
    order = enter(sale_of({scarf: 2}, way=Way.BANK))
    holds.sweep(now=AT + timedelta(days=7))
    come_in(order, now=AT + timedelta(days=8))
    assert order.state == "delivered"
    assert not broken()


def test_money_that_comes_late_for_a_sold_piece_is_owed_back_from_the_bank():
    last = on_shelf(consigned=1)
    order = enter(sale_of({last: 1}, way=Way.BANK))
    holds.sweep(now=AT + timedelta(days=7))
    enter(sale_of({last: 1}), now=AT + timedelta(days=7))
    come_in(order, now=AT + timedelta(days=8))
    assert order.state == "unfillable"
    assert (balance("bank"), balance("customer_deposits")) == (2495, 2495)
    refund = order.refunds.get().refund
    offline.give_back(
        refund_id=refund.pk,
        way=Way.BANK,
        reference="Order 9",
        day=(AT + timedelta(days=9)).date(),
        actor=None,
        now=AT + timedelta(days=9),
    )
    assert (balance("bank"), balance("customer_deposits")) == (0, 0)
    assert not broken()
