"""Staff answer a return, look at what came, and give the money back."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from marketplace.models import OrderRefund, WriteOff
from tests.factories.returns import arrived, asked, received
from weintl.accounts.models import User
from weintl.mail.models import Mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(db):
    return arrived(now=timezone.now())


def page(request, act="change"):
    return reverse(f"admin:marketplace_returnrequest_{act}", args=[request.pk])


def test_a_return_goes_from_the_first_page_to_the_refund(staff, order):
    request = asked(order, now=timezone.now(), reason="damaged", pieces=2)
    first = staff.get(reverse("admin:index")).content.decode()
    assert "Returns to answer: 1" in first
    shown = staff.get(page(request)).content.decode()
    assert page(request, "agree") in shown
    assert page(request, "refund") not in shown
    assert staff.post(page(request, "agree"), {"words": "Gladly"}).url == page(request)
    assert Mail.objects.filter(template="marketplace/return_answered").count() == 1
    good, bad = request.pieces.order_by("unit_id").values_list("unit_id", flat=True)
    empty = staff.post(page(request, "receive"), {f"unit_{good}": "good"}).content.decode()
    assert "This field is required." in empty
    given = {f"unit_{good}": "good", f"unit_{bad}": "damaged"}
    assert staff.post(page(request, "receive"), given).url == page(request)
    assert "Returns that came back" in staff.get(reverse("admin:index")).content.decode()
    form = staff.get(page(request, "refund")).context["form"]
    assert form.initial["with_shipping"]
    foreseen = staff.post(page(request, "refund"), {"with_shipping": "on"}).content.decode()
    assert "1 piece is written off" in foreseen
    assert not OrderRefund.objects.exists()
    for _ in range(2):
        staff.post(page(request, "refund"), {"with_shipping": "on", "confirmed": "1"})
    assert OrderRefund.objects.get().refund.amount == order.total_amount
    assert WriteOff.objects.get().unit_id == bad
    assert "money given back" in staff.get(page(request)).content.decode()


def test_a_no_needs_words_and_keeps_the_page(staff, order):
    request = asked(order, now=timezone.now())
    assert "This field is required." in staff.post(page(request, "decline"), {}).content.decode()
    staff.post(page(request, "decline"), {"words": "Worn"})
    again = staff.post(page(request, "agree"), {"words": "Yes"})
    assert "This is not possible" in again.content.decode()
    request.refresh_from_db()
    assert (request.state, request.answer) == ("declined", "Worn")


def test_lists_show_what_is_to_be_done(staff, order):
    received(order, now=timezone.now())
    listed = reverse("admin:marketplace_returnrequest_changelist")
    for todo, count in (("open", 1), ("asked", 0), ("received", 1), ("nonsense", 1)):
        assert staff.get(listed, {"todo": todo}).context["cl"].result_count == count, todo


def test_who_packs_receives_but_gives_no_money(client, order):
    request = received(order, now=timezone.now())
    person = User.objects.create_user("pack@example.org", is_staff=True)
    names = ["view_returnrequest", "change_returnrequest", "view_order"]
    person.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(person)
    shown = client.get(page(request)).content.decode()
    assert page(request, "decline") in shown
    assert page(request, "refund") not in shown
    client.post(page(request, "refund"), {"confirmed": "1"})
    assert not OrderRefund.objects.exists()
