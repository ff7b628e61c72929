"""The download names what is theirs only; the deletion asks for a proof first."""

import json

import pytest
from django.utils import timezone

from marketplace import alerts
from marketplace.models import Order
from tests.factories.accounts import PASSWORD, CustomerFactory
from tests.factories.marketplace import VariantFactory, on_shelf, order_of, pay
from tests.factories.partners import StaffFactory
from weintl.accounts.models import User

pytestmark = pytest.mark.django_db
DELETE = "/en/account/delete/"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def ana(client):
    user = CustomerFactory(email="ana@example.org", first_name="Ana")
    client.force_login(user)
    return user


def prove(client):
    """Type the password once more, as the page asks for."""
    answer = client.post(f"/accounts/reauthenticate/?next={DELETE}", {"password": PASSWORD})
    assert answer.status_code == 302


def test_the_file_holds_what_is_kept_and_no_link(client, ana, now):
    piece = on_shelf(consigned=4)
    order = pay(order_of({piece: 2}, now=now), now=now)
    other = order_of({piece: 1}, now=now, email="ben@example.org", name="Ben")
    alerts.ask(variant=VariantFactory(), email=ana.email, language="en", now=now)
    client.get("/en/account/")
    answer = client.get("/en/account/data/download/")
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"].startswith('attachment; filename="my-data-')
    text = answer.getvalue().decode()
    kept = json.loads(text)
    assert kept["details"]["email"] == "ana@example.org"
    (found,) = kept["orders"]
    assert found["number"] == order.number
    assert found["lines"][0]["quantity"] == 2
    assert found["total"] == {"minor_units": order.total_amount, "currency": "USD"}
    assert found["address"]["street"] == "214 Orchard Road"
    assert len(kept["wishes_for_a_mail"]) == 1
    assert {row["to"] for row in kept["mails"]} == {"ana@example.org"}
    for secret in (order.token, other.token, other.number, "ben@example.org", ana.password):
        assert secret not in text


def test_the_deletion_asks_for_the_password_first(client, ana):
    for answer in (client.get(DELETE), client.post(DELETE, {"is_sure": "on"})):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/reauthenticate/?next=")
    assert User.objects.filter(pk=ana.pk).exists()


def test_without_the_tick_nothing_is_deleted(client, ana, now):
    order_of({on_shelf(consigned=1, now=now): 1}, now=now)
    prove(client)
    text = client.get(DELETE).content.decode()
    assert "its payment page is open" in text
    answer = client.post(DELETE, {})
    assert answer.status_code == 422
    assert "Tick the box if you want your account deleted" in answer.content.decode()
    assert User.objects.filter(pk=ana.pk).exists()


def test_once_it_is_deleted_the_person_is_signed_out(client, ana, now):
    pay(order_of({on_shelf(consigned=1, now=now): 1}, now=now), now=now)
    prove(client)
    answer = client.post(DELETE, {"is_sure": "on"})
    assert (answer.status_code, answer["Location"]) == (303, "/en/account/deleted/")
    assert not User.objects.filter(pk=ana.pk).exists()
    assert Order.objects.get().customer is None
    assert "Your account is deleted" in client.get("/en/account/deleted/").content.decode()
    assert client.get("/en/account/").status_code == 302
    # The second click of a double click.
    assert client.post(DELETE, {"is_sure": "on"}).status_code == 302


def test_staff_are_told_who_switches_them_off(client):
    staff = StaffFactory()
    client.force_login(staff)
    answer = client.get(DELETE)
    assert answer.status_code == 409
    assert "somebody who works here" in answer.content.decode()
    assert User.objects.filter(pk=staff.pk).exists()
