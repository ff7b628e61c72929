"""The queue of who packs, and what becomes of parcels."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from marketplace import orders
from marketplace.models import Carrier, Delay, Order, Shipment, Unit
from tests.factories.marketplace import on_shelf, order_of, pay
from weintl.accounts.models import User
from weintl.mail.models import Mail

pytestmark = pytest.mark.django_db
QUEUE = reverse("admin:marketplace_waitingorder_changelist")


def paid_order(pieces=2, **given):
    now = timezone.now()
    return pay(order_of({on_shelf(consigned=pieces, now=now): pieces}, now=now, **given), now=now)


@pytest.fixture
def order():
    return paid_order()


@pytest.fixture
def carrier():
    return Carrier.objects.create(
        name_en="Post", name_es="Correos", tracking_address="https://post.example/{number}"
    )


def page(order, act):
    return reverse(f"admin:marketplace_order_{act}", args=[order.pk])


def mails(name):
    return Mail.objects.filter(template=f"marketplace/{name}")


def test_the_queue_shows_what_waits_oldest_first_and_marks_what_is_late(staff, order):
    present = paid_order(1, hides_prices=True, message="For you")
    Order.objects.filter(pk=present.pk).update(
        paid_at=timezone.now() - timedelta(days=9), due_on=localdate() - timedelta(days=4)
    )
    text = staff.get(QUEUE).content.decode()
    assert text.index(present.number) < text.index(order.number)
    for words in ("9 days ago", "today", "late:", "no prices in the parcel, a card", "United"):
        assert words in text
    late = staff.get(QUEUE, {"late": "yes"}).content.decode()
    assert present.number in late
    assert order.number not in late
    first = staff.get(reverse("admin:index")).content.decode()
    assert f"{QUEUE}?late=yes" in first
    assert "Orders to send: 2" in first
    assert staff.get(f"{QUEUE}{order.pk}/change/").url == page(order, "change")


def test_one_parcel_of_some_pieces_with_a_number_leads_back_to_the_queue(staff, order, carrier):
    address = f"{page(order, 'send')}?from=queue"
    form = staff.get(address).context["form"]
    units = [unit.pk for unit in Unit.objects.of(order)]
    given = {"units": units[:1], "carrier": carrier.pk, "tracking_number": "N1"}
    for _ in range(2):
        answer = staff.post(address, {**given, "key": form.initial["key"]})
        assert answer.url == QUEUE
    shipment = Shipment.objects.get()
    assert (shipment.carrier, shipment.tracking_number) == (carrier, "N1")
    assert shipment.sent_by.email == "staff@example.org"
    assert mails("order_sent").count() == 1
    assert order.number in staff.get(QUEUE).content.decode()


def test_a_key_of_another_make_sends_nothing(staff, order, carrier):
    units = [unit.pk for unit in Unit.objects.of(order)]
    given = {"units": units[:1], "carrier": carrier.pk, "key": "a\0b"}
    assert staff.post(page(order, "send"), given).status_code == 200
    assert not Shipment.objects.exists()
    chosen = {"action": "send_all", "_selected_action": [order.pk], "carrier": carrier.pk}
    assert staff.post(QUEUE, {**chosen, "key": "\0"}, follow=True).status_code == 200
    assert Shipment.objects.count() <= 1


def test_selected_orders_are_sent_at_once_and_what_cannot_be_is_said(staff, order, carrier):
    other, gone = paid_order(1), paid_order(1)
    orders.mark_sent(order_id=gone.pk, actor=None, now=timezone.now())
    chosen = {"action": "send_all", "_selected_action": [order.pk, other.pk, gone.pk]}
    given = {**chosen, "carrier": carrier.pk, "key": "a" * 32}
    text = staff.post(QUEUE, given, follow=True).content.decode()
    assert "2 orders were sent." in text
    staff.post(QUEUE, given)
    assert Shipment.objects.filter(carrier=carrier).count() == 2
    assert mails("order_sent").count() == 3
    assert staff.post(QUEUE, {**given, "carrier": "x"}, follow=True).status_code == 200


def test_a_number_is_corrected_and_a_parcel_marked_as_delivered(staff, order, carrier):
    now = timezone.now()
    shipment = orders.mark_sent(order_id=order.pk, tracking_number="N1", actor=None, now=now)
    track = reverse("admin:marketplace_shipment_track", args=[shipment.pk])
    for _ in range(2):
        staff.post(track, {"carrier": carrier.pk, "tracking_number": "N2"})
    assert mails("order_tracking").count() == 1
    text = staff.get(reverse("admin:marketplace_shipment_change", args=[shipment.pk]))
    for words in ("N1", "https://post.example/N2", "staff@example.org"):
        assert words in text.content.decode()
    listed = reverse("admin:marketplace_shipment_changelist")
    for way, is_there in (("open", True), ("overdue", False), ("arrived", False)):
        found = staff.get(listed, {"way": way}).context["cl"].result_count
        assert bool(found) == is_there
    act = {"action": "mark_delivered", "_selected_action": [shipment.pk]}
    assert "1 parcel arrived." in staff.post(listed, act, follow=True).content.decode()
    order.refresh_from_db()
    assert order.state == "delivered"


def test_a_delay_is_told_with_a_day_and_a_reason_and_a_past_day_is_refused(staff, order):
    address = page(order, "delay")
    key = staff.get(address).context["form"].initial["key"]
    given = {"expected_on": localdate(), "reason": "material", "words": "¡Así!", "key": key}
    refused = staff.post(address, given).content.decode()
    assert "Choose a day after today." in refused
    assert "¡Así!" in refused
    later = {**given, "expected_on": localdate() + timedelta(days=20)}
    for _ in range(2):
        staff.post(address, later)
    assert Delay.objects.get().said_by.email == "staff@example.org"
    assert mails("order_delayed").count() == 1
    assert "¡Así!" in staff.get(page(order, "change")).content.decode()


def test_who_only_looks_cannot_send(client, order):
    person = User.objects.create_user("look@example.org", is_staff=True)
    names = ["view_waitingorder", "view_order", "view_shipment"]
    person.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(person)
    assert order.number in client.get(QUEUE).content.decode()
    client.post(QUEUE, {"action": "send_all", "_selected_action": [order.pk]})
    assert client.post(page(order, "delay"), {}).status_code == 403
    assert not Shipment.objects.exists()


def test_a_carrier_has_a_name_in_both_languages_and_an_address_with_a_place(staff):
    add = reverse("admin:marketplace_carrier_add")
    names = {"name_en": "Post", "name_es": "Correos"}
    answer = staff.post(add, {**names, "tracking_address": "https://post.example/"})
    assert "has {number} once" in answer.content.decode()
    address = "https://post.example/{number}"
    staff.post(add, {**names, "tracking_address": address, "is_offered": "on"})
    assert Carrier.objects.get().name_es == "Correos"
