"""The page of an order's time line, and the notes on it."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from marketplace.models import OrderNote
from tests.factories.returns import arrived
from weintl.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(db):
    return arrived(now=timezone.now())


def page(order):
    return reverse("admin:marketplace_order_timeline", args=[order.pk])


def test_staff_read_what_happened_and_write_a_note_once(staff, order):
    shown = staff.get(reverse("admin:marketplace_order_change", args=[order.pk]))
    assert page(order) in shown.content.decode()
    answer = staff.get(page(order))
    assert "Parcel delivered" in answer.content.decode()
    given = {"words": "Llamó <b>ayer</b> 🧵", "key": answer.context["form"].initial["key"]}
    for _ in range(2):
        assert staff.post(page(order), given).url == page(order)
    assert OrderNote.objects.get().author.email == "staff@example.org"
    assert "Llamó &lt;b&gt;ayer&lt;/b&gt; 🧵" in staff.get(page(order)).content.decode()


@pytest.mark.parametrize("wrong", [{"words": ""}, {"words": "x" * 2001}, {"key": "../"}])
def test_a_mistake_is_told_and_writes_nothing(staff, order, wrong):
    answer = staff.post(page(order), {"words": "Typed", "key": "a" * 32, **wrong})
    assert answer.status_code == 200
    assert not OrderNote.objects.exists()


def test_who_only_looks_reads_and_writes_nothing(client, order):
    person = User.objects.create_user("look@example.org", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename="view_order"))
    client.force_login(person)
    text = client.get(page(order)).content.decode()
    assert "Parcel delivered" in text
    assert "/admin/mail/" not in text
    assert client.post(page(order), {"words": "x", "key": "a" * 32}).status_code == 403
