"""Staff enter a sale on one page, see what it comes to, and record the money of it."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from marketplace import stock
from marketplace.models import Order, Stock
from tests.factories.marketplace import on_shelf
from weintl.accounts.models import User
from weintl.mail.models import Mail
from weintl.payments.models import Payment

pytestmark = pytest.mark.django_db
ENTER = reverse("admin:marketplace_order_enter")
FAIR = {
    "channel": "fair",
    "is_handed_over": "on",
    "way": "cash",
    "held_days": "7",
    "language": "en",
    "country": "US",
    "region": "WI",
    "rows": "4",
}
HOME = {
    "name": "Ana Ruiz",
    "email": "ana@example.org",
    "street": "214 Orchard Road",
    "city": "Madison",
    "postcode": "53703",
    "is_handed_over": "",
    "channel": "telephone",
}


@pytest.fixture
def scarf():
    return on_shelf(consigned=3, now=timezone.now() - timedelta(days=1), product__name_en="Scarf")


def fields(scarf, **more):
    return {**FAIR, "piece0": scarf.sku, "pieces0": "2", **more}


def confirm(client, data):
    page = client.post(ENTER, data).content.decode()
    word = re.search(r'name="shown" value="([^"]+)"', page)
    assert word, page[-3000:]
    return client.post(ENTER, {**data, "shown": word[1], "confirmed": "1"})


def act(order, name, *more):
    return reverse(f"admin:marketplace_order_{name}", args=[order.pk, *more])


def test_a_fair_s_sale_is_shown_first_and_entered_then(staff, scarf):
    data = fields(scarf, off="4.90", off_reason="Loose thread")
    page = staff.post(ENTER, data).content.decode()
    assert "$45.00" in page
    assert not Order.objects.exists()
    answer = confirm(staff, data)
    order = Order.objects.get()
    assert answer.headers["Location"] == act(order, "change")
    assert (order.state, order.total_amount, order.channel) == ("delivered", 4500, "fair")
    assert order.entered_by.email == "staff@example.org"
    page = staff.get(act(order, "change")).content.decode()
    assert "Loose thread" in page


def test_a_second_click_enters_nothing_more(staff, scarf):
    data = fields(scarf)
    page = staff.post(ENTER, data).content.decode()
    word = re.search(r'name="shown" value="([^"]+)"', page)[1]
    for _turn in range(2):
        staff.post(ENTER, {**data, "shown": word, "confirmed": "1"})
    assert Order.objects.count() == Payment.objects.count() == 1


def test_a_piece_is_found_by_its_name_if_one_is_called_so(staff, scarf):
    page = staff.post(ENTER, fields(scarf, piece0="scar")).content.decode()
    assert "$49.90" in page
    on_shelf(
        consigned=1,
        now=timezone.now() - timedelta(days=1),
        product__name_en="Scarf, small",
        product__programme=scarf.product.programme,
    )
    answer = staff.post(ENTER, fields(scarf, piece0="scar"))
    assert answer.status_code == 200
    assert "Several fit" in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"piece0": "nothing"}, "Nothing is called so"),
        ({"piece0": ""}, "Choose a piece to sell."),
        ({"pieces0": "0"}, "greater than or equal to 1"),
        ({"pieces0": "5"}, "3 free, 5 wanted"),
        ({"off": "5.00"}, "A discount needs its reason"),
        ({"off": "40.00", "off_reason": "Friend"}, "makers get $18.00"),
        ({"voucher": "NONE"}, "voucher"),
        ({"way": "provider"}, "e-mail address to which"),
        ({"is_handed_over": ""}, "Enter the name for the parcel"),
        ({"way": "gold"}, "not one of the available choices"),
        ({"channel": "web"}, "not one of the available choices"),
        ({"country": "XX"}, "Choose the country"),
        ({"held_days": "99"}, "less than or equal to 60"),
    ],
)
def test_what_is_wrong_is_said_keeps_what_was_typed_and_changes_nothing(
    staff, scarf, changes, words
):
    answer = staff.post(ENTER, fields(scarf, reference="R-77 «x»", **changes))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page
    assert "R-77 «x»" in page
    assert not Order.objects.exists()
    assert Stock.objects.get(variant=scarf).held == 0


def test_more_rows_and_changing_something_keep_what_was_typed(staff, scarf):
    for button in ("more", "edit"):
        page = staff.post(ENTER, fields(scarf, reference="R-77", **{button: "1"}))
        assert page.status_code == 200
        text = page.content.decode()
        assert f'value="{scarf.sku}"' in text
        assert "R-77" in text
        assert "errornote" not in text
        assert ('name="piece7"' in text) is (button == "more")


def test_a_price_that_changed_meanwhile_is_asked_again(staff, scarf):
    data = fields(scarf)
    page = staff.post(ENTER, data).content.decode()
    word = re.search(r'name="shown" value="([^"]+)"', page)[1]
    scarf.price_amount = 3000
    scarf.save()
    answer = staff.post(ENTER, {**data, "shown": word, "confirmed": "1"})
    assert answer.status_code == 200
    assert "A price has changed" in answer.content.decode()
    assert not Order.objects.exists()


def test_a_transfer_waits_until_its_money_is_recorded_to_the_cent(staff, scarf):
    confirm(staff, fields(scarf, way="bank", **HOME))
    order = Order.objects.get()
    assert order.state == "awaiting_payment"
    page = staff.get(act(order, "change")).content.decode()
    assert act(order, "money") in page
    assert act(order, "call_off") in page
    today = localdate(timezone.now()).isoformat()
    wrong = staff.post(act(order, "money"), {"amount": "1.00", "day": today, "reference": "S 1"})
    assert "is to be paid" in wrong.content.decode()
    due = f"{order.total_amount / 100:.2f}"
    for _turn in range(2):
        staff.post(act(order, "money"), {"amount": due, "day": today, "reference": "S 1"})
    order.refresh_from_db()
    assert order.state == "paid"
    assert Mail.objects.filter(template="marketplace/order_confirmation").count() == 1


def test_a_transfer_that_does_not_come_is_called_off(staff, scarf):
    confirm(staff, fields(scarf, way="bank"))
    order = Order.objects.get()
    staff.post(act(order, "call_off"))
    order.refresh_from_db()
    assert order.state == "expired"
    assert Stock.objects.get(variant=scarf).held == 0


def test_what_was_paid_in_cash_is_given_back_by_hand(staff, scarf):
    confirm(staff, fields(scarf))
    order = Order.objects.get()
    unit = order.lines.get().units.first()
    staff.post(
        act(order, "refund"),
        {"units": [unit.pk], "reason": "Torn", "key": "k", "goodwill": "", "confirmed": "1"},
    )
    refund = order.refunds.get().refund
    assert refund.state == "requested"
    page = staff.get(act(order, "change")).content.decode()
    assert act(order, "give_back", refund.pk) in page
    given = {"way": "cash", "day": localdate(timezone.now()).isoformat(), "reference": "R 3"}
    for _turn in range(2):
        staff.post(act(order, "give_back", refund.pk), given)
    refund.refresh_from_db()
    assert (refund.state, refund.offline_reference) == ("succeeded", "R 3")


def test_who_may_not_gets_nowhere(client, scarf):
    person = User.objects.create_user("seer@example.org", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename="view_order"))
    client.force_login(person)
    assert client.get(ENTER).status_code == 403
    assert client.post(ENTER, fields(scarf)).status_code == 403


def test_a_lapsed_link_is_offered_anew_at_the_same_total(staff, scarf):
    confirm(staff, fields(scarf, **HOME, way="provider"))
    order = Order.objects.select_related("payment").get()
    assert "New payment link" not in staff.get(act(order, "change")).content.decode()
    Payment.objects.filter(pk=order.payment_id).update(state="expired")
    with transaction.atomic():
        stock.release(order=order, now=timezone.now())
        Order.objects.filter(pk=order.pk).update(state="expired")
    assert "New payment link" in staff.get(act(order, "change")).content.decode()
    assert "at the same total" in staff.get(act(order, "link")).content.decode()
    variant = order.lines.get().variant
    price = variant.price_amount
    type(variant).objects.filter(pk=variant.pk).update(price_amount=price + 100)
    assert "not cost the same today" in staff.post(act(order, "link")).content.decode()
    type(variant).objects.filter(pk=variant.pk).update(price_amount=price)
    for _turn in range(2):
        answer = staff.post(act(order, "link"))
        new = Order.objects.exclude(pk=order.pk).get()
        assert answer.headers["Location"] == act(new, "change")
    assert (new.state, new.total_amount) == ("awaiting_payment", order.total_amount)
