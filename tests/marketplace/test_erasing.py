"""“Delete me”: what goes, what stays, what waits; and the books hold afterwards."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from marketplace import address_book, alerts, erasing, orders, returns
from marketplace.address_book import Entry
from marketplace.models import Cart, Invoice, InvoiceBuyer, Order, StockAlert, Unit
from marketplace.offers import Extras
from tests.factories.accounts import CustomerFactory
from tests.factories.marketplace import (
    VariantFactory,
    end_unpaid,
    on_shelf,
    order_of,
    pay,
    voucher_of,
)
from tests.factories.partners import StaffFactory
from weintl.accounts.models import User
from weintl.mail.models import Mail
from weintl.payments.models import Dispute, Payment
from weintl.verify import collect

pytestmark = pytest.mark.django_db
HOME = Entry(
    "Home",
    {**dict.fromkeys(address_book.PLACE, ""), "name": "Ana", "street": "1 Road", "country": "US"},
)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def ana():
    return CustomerFactory(email="ana@example.org", first_name="Ana")


def paid(now, **changes):
    return pay(order_of({on_shelf(consigned=5, now=now): 1}, now=now, **changes), now=now)


def arrived(now, *, days=31, **changes):
    """Return an order whose parcel arrived so many days ago, with its papers and mails done."""
    order = paid(now - timedelta(days=days + 2), **changes)
    orders.mark_sent(order_id=order.pk, actor=None, now=now - timedelta(days=days + 1))
    orders.mark_delivered(order_id=order.pk, actor=None, now=now - timedelta(days=days))
    settle(order)
    return order


def settle(order):
    Mail.objects.update(state="sent", sent_at=order.placed_at, subject="Sent", attempts=1)
    Invoice.objects.filter(waits_for_paper=True).update(waits_for_paper=False)


def breaches():
    return [breach for check in collect.checks() for breach in collect.breaches(check)]


def delete(user, now, **options):
    return erasing.delete_account(user_id=user.pk, now=now, **options)


def test_account_addresses_wishes_and_cart_go_and_the_books_hold(ana, now):
    order = arrived(now, message="For Eva", street_extra="Flat 2")
    token, total = order.token, order.total_amount
    address_book.add(user=ana, entry=HOME, now=now)
    alerts.ask(variant=VariantFactory(), email=ana.email, language="en", now=now)
    before = breaches()
    assert delete(ana, now)
    assert not User.objects.filter(pk=ana.pk).exists()
    assert not StockAlert.objects.exists()
    assert not Cart.objects.filter(pk=order.cart_id).exists()
    order.refresh_from_db()
    assert (order.email, order.name, order.street, order.street_extra) == ("", "", "", "")
    assert (order.city, order.postcode, order.region, order.message) == ("", "", "", "")
    assert order.token != token
    assert (order.erased_at, order.total_amount, str(order.country)) == (now, total, "US")
    assert Payment.objects.get(pk=order.payment_id).email == ""
    assert not Mail.objects.filter(recipient__iexact="ana@example.org").exists()
    assert "Ana Ruiz" in InvoiceBuyer.objects.get(invoice__order=order).text
    assert breaches() == before == []


def test_an_order_that_is_open_waits_and_is_erased_by_itself(ana, now):
    order = paid(now)
    settle(order)
    plan = erasing.plan(user=ana, now=now)
    assert [(each.order, each.words) for each in plan.waiting] == [
        (order, "its parcel is being packed")
    ]
    assert delete(ana, now)
    order.refresh_from_db()
    assert (order.name, order.customer, order.erase_asked_at) == ("Ana Ruiz", None, now)
    orders.mark_sent(order_id=order.pk, actor=None, now=now)
    orders.mark_delivered(order_id=order.pk, actor=None, now=now)
    settle(order)
    assert erasing.erase_due(now=now + timedelta(days=29)) == 0
    assert erasing.erase_due(now=now + timedelta(days=31)) == 1
    assert erasing.erase_due(now=now + timedelta(days=31)) == 0
    order.refresh_from_db()
    assert order.name == ""
    assert breaches() == []


def test_each_thing_that_is_open_is_told(ana, now):
    order = arrived(now)
    reason = lambda: erasing.reason(  # noqa: E731
        erasing.with_reasons(Order.objects.filter(pk=order.pk), now=now).get()
    )
    assert reason() == ""
    Mail.objects.filter(cause=f"order:{order.pk}").update(state="queued", sent_at=None)
    assert reason() == "a mail or a paper about it is being made"
    Unit.objects.update(delivered_at=now)
    assert reason().startswith("pieces can still be sent back")
    Unit.objects.update(state="sent", sent_at=now)
    assert reason() == "its parcel is on its way"
    Unit.objects.update(sent_at=now - timedelta(days=91))
    assert reason() == "a mail or a paper about it is being made"
    Dispute.objects.create(
        payment=order.payment, dispute_id="dp_1", state="open", amount=1, currency="usd",
        opened_at=now,
    )  # fmt: skip
    assert reason() == "the payment is contested at the bank"


def test_money_on_its_way_back_is_waited_for(ana, now):
    order = paid(now)
    settle(order)
    returns.cancel(order_id=order.pk, reason="asked", request_key="k", actor=None, now=now)
    (waiting,) = erasing.plan(user=ana, now=now).waiting
    assert waiting.words == "money is on its way back"


def test_an_unpaid_page_is_waited_for(ana, now):
    order = order_of({on_shelf(consigned=5, now=now): 1}, now=now)
    delete(ana, now)
    order.refresh_from_db()
    assert order.name == "Ana Ruiz"
    end_unpaid(order, now=now)
    assert erasing.erase_due(now=now) == 1


def test_what_is_paid_after_the_account_was_deleted_is_a_paid_order(ana, now):
    order = order_of({on_shelf(consigned=5, now=now): 1}, now=now)
    delete(ana, now)
    order.refresh_from_db()
    assert order.cart is None
    pay(order, now=now)
    assert order.state == "paid"
    assert Mail.objects.get(cause=f"order:{order.pk}").recipient == "ana@example.org"
    settle(order)
    assert erasing.erase_due(now=now) == 0
    assert breaches() == []


def test_an_erased_order_is_not_taken_by_a_new_account_of_the_address(ana, now):
    order = paid(now)
    delete(ana, now)
    again = CustomerFactory(email="ana@example.org")
    assert erasing.plan(user=again, now=now).waiting == []
    order.refresh_from_db()
    assert order.customer is None


def test_a_voucher_forgets_who_used_it(ana, now):
    voucher_of("ONCE", is_once_per_customer=True)
    piece = on_shelf(consigned=5, now=now)
    used = Extras(voucher="ONCE")
    order = pay(order_of({piece: 1}, now=now, extras=used), now=now)
    assert order.voucher_use.customer
    settle(order)
    Unit.objects.update(state="cancelled")
    Order.objects.filter(pk=order.pk).update(state="cancelled")
    delete(ana, now)
    order.voucher_use.refresh_from_db()
    assert order.voucher_use.customer == ""


def test_a_second_click_does_nothing(ana, now):
    assert delete(ana, now)
    assert not delete(ana, now)


def test_staff_are_refused_and_nothing_changes(now):
    staff = StaffFactory()
    with pytest.raises(erasing.IsStaff):
        delete(staff, now)
    assert User.objects.filter(pk=staff.pk).exists()


def test_orders_of_others_are_left_alone(ana, now):
    order = arrived(now, email="ben@example.org")
    delete(ana, now)
    order.refresh_from_db()
    assert (order.email, order.erase_asked_at) == ("ben@example.org", None)


def test_the_database_holds_that_an_erased_order_names_nobody(now):
    order = paid(now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(erased_at=now)


def test_no_mail_is_written_about_an_erased_order(ana, now):
    order = arrived(now)
    delete(ana, now)
    orders.renew_link(order_id=order.pk, now=now)
    assert not Mail.objects.filter(cause=f"order:{order.pk}").exists()
