"""What happens to an order is an act that asks first."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from marketplace.models import OrderRefund, Shipment, Unit
from partners.models import Entry
from partners.sources import source_address
from tests.factories.marketplace import external_refund, on_shelf, order_of, pay
from weintl.accounts.models import User
from weintl.mail.models import Mail
from weintl.payments.models import Dispute, Refund

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return pay(order_of({on_shelf(consigned=5): 2}))


def page(order, act="change", *more):
    return reverse(f"admin:marketplace_order_{act}", args=[order.pk, *more])


def ids(order):
    return [unit.pk for unit in Unit.objects.of(order)]


def test_the_orders_page_leads_to_all_that_belongs_to_it(staff, order):
    text = staff.get(page(order)).content.decode()
    for row in (order.payment, Unit.objects.of(order)[0].rule):
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
        assert reverse(name, args=[row.pk]) in text
    for entry in Entry.objects.all():
        assert reverse("admin:partners_entry_change", args=[entry.pk]) in text
    for mail in Mail.objects.all():
        assert reverse("admin:mail_mail_change", args=[mail.pk]) in text
    assert Entry.objects.filter(kind="unit_split").count() == 2
    for act in ("send", "refund", "cancel"):
        assert page(order, act) in text
    assert page(order, "deliver") not in text


def test_amounts_cannot_be_typed(staff, order):
    assert staff.post(page(order), {"total_amount": 1}).status_code == 403
    assert staff.get(reverse("admin:marketplace_order_add")).status_code == 403


def test_orders_are_found_by_number_name_and_piece(staff, order):
    for word in (order.number, "Ruiz", order.lines.get().product_name):
        text = staff.get(reverse("admin:marketplace_order_changelist"), {"q": word})
        assert order.number in text.content.decode()


def test_orders_are_counted_up_to_a_limit(staff, order):
    address = reverse("admin:marketplace_order_changelist")
    with CaptureQueriesContext(connection) as context:
        assert staff.get(address).context["cl"].result_count == 1
    counts = [one["sql"] for one in context.captured_queries if "COUNT(*)" in one["sql"]]
    counts = [sql for sql in counts if '"marketplace_order"' in sql]
    assert counts
    assert all("LIMIT 10000" in sql for sql in counts)


def test_sending_and_delivering_chosen_pieces(staff, order):
    first, second = ids(order)
    for unit, key in ((first, "a" * 32), (second, "b" * 32)):
        staff.post(page(order, "send"), {"units": [unit], "key": key})
    assert Shipment.objects.filter(order=order).count() == 2
    parcels = [shipment.pk for shipment in Shipment.objects.order_by("pk")]
    staff.post(page(order, "deliver"), {"shipments": parcels[:1]})
    order.refresh_from_db()
    assert order.state == "sent"
    staff.post(page(order, "deliver"), {"shipments": parcels[1:]})
    order.refresh_from_db()
    assert order.state == "delivered"
    assert "This field is required" in staff.post(page(order, "send"), {}).content.decode()


def test_cancelling_gives_all_of_it_back_once(staff, order):
    key = staff.get(page(order, "cancel")).context["form"].initial["key"]
    for _ in range(2):
        answer = staff.post(page(order, "cancel"), {"reason": "Asked", "key": key})
        assert answer.status_code == 302
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason) == (5790, "Asked")
    assert refund.requested_by.email == "staff@example.org"


def test_a_refund_says_what_will_happen_and_is_made_once_it_is_confirmed(staff, order):
    given = {"units": ids(order)[:1], "goodwill": "1.00", "reason": "Thread pulled", "key": "k"}
    asked = staff.post(page(order, "refund"), given)
    assert not OrderRefund.objects.exists()
    text = asked.content.decode()
    for words in ("What will happen", "$25.95", "Goodwill", "is undone", "1 piece is free again"):
        assert words in text
    changed = staff.post(page(order, "refund"), {**given, "edit": "1"}).content.decode()
    assert 'value="1.00"' in changed
    assert "What will happen" not in changed
    staff.post(page(order, "refund"), {**given, "confirmed": "1"})
    link = OrderRefund.objects.get()
    assert (link.refund.amount, link.goodwill_amount, link.units.count()) == (2595, 100, 1)


@pytest.mark.parametrize(
    ("given", "words"),
    [({"goodwill": "999.99"}, "is left to refund"), ({}, "not possible")],
)
def test_a_refund_that_cannot_be_says_why(staff, order, given, words):
    answer = staff.post(page(order, "refund"), {**given, "reason": "x", "key": "k"})
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Refund.objects.exists()


def test_a_refund_made_at_the_provider_gets_its_pieces_named(staff, order):
    external_refund(order, 2495)
    link = OrderRefund.objects.get()
    assert page(order, "name", link.pk) in staff.get(page(order)).content.decode()
    wrong = staff.post(page(order, "name", link.pk), {"goodwill": "0.01"})
    assert "must sum to the refund" in wrong.content.decode()
    staff.post(page(order, "name", link.pk), {"units": ids(order)[:1]})
    link.refresh_from_db()
    assert link.named_at is not None


def test_a_refund_made_at_the_provider_waits_on_the_first_page_until_it_is_named(staff, order):
    address = reverse("admin:marketplace_order_changelist") + "?refund=unnamed"
    assert address not in staff.get(reverse("admin:index")).content.decode()
    external_refund(order, 2495)
    other = pay(order_of({on_shelf(consigned=1): 1}))
    assert address in staff.get(reverse("admin:index")).content.decode()
    listed = staff.get(address).content.decode()
    assert order.number in listed
    assert other.number not in listed
    link = OrderRefund.objects.get()
    staff.post(page(order, "name", link.pk), {"units": ids(order)[:1]})
    assert address not in staff.get(reverse("admin:index")).content.decode()


def test_cancelling_says_first_what_will_happen(staff, order):
    text = staff.get(page(order, "cancel")).content.decode()
    assert "What will happen" in text
    assert "$57.90" in text


def test_who_gives_back_what_the_bank_has_already_is_warned(staff, order):
    dispute = Dispute.objects.create(
        payment=order.payment,
        dispute_id="dp_1",
        state="needs_response",
        amount=order.total_amount,
        currency="usd",
        opened_at=timezone.now(),
    )
    words = "the provider will refuse"
    assert words not in staff.get(page(order, "cancel")).content.decode()
    dispute.balance_transactions = [{"id": "a", "amount": -order.total_amount, "fee": 1500}]
    dispute.save()
    assert words in staff.get(page(order, "cancel")).content.decode()


def test_what_was_sent_leaves_the_makers_their_pay(staff, order):
    staff.post(page(order, "send"), {"units": ids(order), "key": "a" * 32})
    given = {"units": ids(order)[:1], "reason": "Sent back", "key": "k"}
    text = staff.post(page(order, "refund"), given).content.decode()
    assert "their piece had been sent" in text
    assert "1 piece comes back as an owned one" in text


def test_the_ledger_leads_to_the_order_of_a_piece(staff, order):
    entry = Entry.objects.filter(kind="unit_split").first()
    address = source_address(entry.source_key)
    assert address
    assert order.number in staff.get(address).content.decode()


def test_a_product_leads_to_its_orders(staff, order):
    product = order.lines.get().variant.product
    address = reverse("admin:marketplace_order_changelist")
    found = staff.get(address, {"lines__variant__product": product.pk}).content.decode()
    assert order.number in found


def helper(client, *names):
    user = User.objects.create_user("helper@example.org", "x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)


def test_who_sends_parcels_may_not_send_money(client, order):
    helper(client, "view_order", "change_order")
    assert client.get(page(order, "send")).status_code == 200
    text = client.get(page(order)).content.decode()
    assert page(order, "refund") not in text
    assert client.post(page(order, "refund"), {"goodwill": 5}).status_code in (302, 403)
    assert not Refund.objects.exists()


def test_nothing_leads_where_the_reader_may_not_go(client, order):
    helper(client, "view_order", "change_order")
    text = client.get(page(order)).content.decode()
    assert "/admin/payments/" not in text
    assert "/admin/partners/entry/" not in text
    listed = client.get(reverse("admin:marketplace_order_changelist")).content.decode()
    assert order.number in listed
    assert "/admin/payments/" not in listed


def test_who_only_reads_does_nothing(client, order):
    helper(client, "view_order")
    assert client.get(page(order, "send")).status_code == 403


def test_money_acts_ask_for_a_fresh_sign_in(client, order):
    user = User.objects.create_superuser("stale@example.org", "correct-horse-battery")
    client.force_login(user)
    answer = client.get(page(order, "cancel"))
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]


@pytest.mark.parametrize("number", ["²", "x", "9" * 30])
def test_an_address_that_is_no_order_leads_to_the_overview(staff, number):
    assert staff.get(f"/admin/marketplace/order/{number}/change/").status_code == 302


def test_a_renewed_link_is_mailed_and_the_old_one_leads_nowhere(client, order):
    old = order.get_absolute_url()
    url = reverse("admin:marketplace_order_changelist")
    sent = {"action": "renew_link", "_selected_action": [order.pk]}
    helper(client, "view_order")
    client.post(url, sent)
    assert client.get(old).status_code == 200
    right = Permission.objects.get(codename="change_order")
    User.objects.get(email="helper@example.org").user_permissions.add(right)
    client.post(url, sent)
    assert client.get(old).status_code == 404
    order.refresh_from_db()
    mail = Mail.objects.latest("pk")
    assert (mail.template, mail.recipient) == ("marketplace/order_confirmation", order.email)
    assert order.get_absolute_url() in mail.context["url"]
    assert client.get(order.get_absolute_url()).status_code == 200


def test_a_piece_written_off_needs_its_reason_and_says_what_it_costs(staff, order):
    staff.post(page(order, "send"), {"units": ids(order), "key": "a" * 32})
    given = {"units": ids(order)[:1], "spoilt": ids(order)[:1], "reason": "Torn", "key": "k"}
    bare = staff.post(page(order, "refund"), given).content.decode()
    assert "Say why they cannot be sold again" in bare
    stray = {**given, "spoilt": ids(order)[1:], "spoilt_reason": "Seam"}
    assert "Tick each of these" in staff.post(page(order, "refund"), stray).content.decode()
    given["spoilt_reason"] = "Seam torn"
    asked = staff.post(page(order, "refund"), given).content.decode()
    assert "1 piece is written off: the shop loses $9.00" in asked
    assert not Refund.objects.exists()
    for _again in range(2):
        staff.post(page(order, "refund"), {**given, "confirmed": "1"})
    assert Refund.objects.count() == 1
    assert "written off: Seam torn" in staff.get(page(order)).content.decode()


def test_what_was_not_sent_cannot_be_written_off(staff, order):
    assert 'name="spoilt"' not in staff.get(page(order, "refund")).content.decode()
