"""Staff see customers, and delete an account for whoever asks by mail; passwords stay theirs."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.utils import timezone

from marketplace import address_book
from marketplace.models import Order
from tests.factories.accounts import CustomerFactory
from tests.factories.marketplace import on_shelf, order_of, pay
from tests.factories.partners import StaffFactory
from weintl.accounts.models import User
from weintl.staff import groups

pytestmark = pytest.mark.django_db
LIST = "/admin/marketplace/customer/"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def ana(now):
    user = CustomerFactory(email="ana@example.org", first_name="Ana")
    place = {**dict.fromkeys(address_book.PLACE, ""), "street": "1 Elm", "country": "US"}
    address_book.keep(user=user, place=place, now=now)
    order = pay(order_of({on_shelf(consigned=2, now=now): 1}, now=now), now=now)
    Order.objects.filter(pk=order.pk).update(customer=user)
    return user


@pytest.fixture
def staff_client(staff):
    """Return the client of somebody of one group whose sign-in is fresh."""

    def of(group):
        groups.ensure()
        person = User.objects.get(email="staff@example.org")
        User.objects.filter(pk=person.pk).update(is_superuser=False, is_staff=True)
        person.groups.set([Group.objects.get(name=group)])
        return staff

    return of


def test_the_shop_finds_a_customer_by_address_and_sees_the_orders(staff_client, ana):
    client = staff_client("shop")
    found = client.get(LIST, {"q": "ANA@example"}).content.decode()
    assert "ana@example.org" in found
    text = client.get(f"{LIST}{ana.pk}/change/").content.decode()
    order = Order.objects.get()
    assert order.number in text
    assert ana.password not in text
    assert "All orders" in text
    assert "1 Elm, United States" in text
    order_page = client.get(f"/admin/marketplace/order/{order.pk}/change/").content.decode()
    assert f"{LIST}{ana.pk}/change/" in order_page


def test_who_works_here_is_no_customer(staff_client, ana):
    client = staff_client("shop")
    staff = StaffFactory(email="ines@example.org")
    assert "ines@example.org" not in client.get(LIST).content.decode()
    assert client.get(f"{LIST}{staff.pk}/erase/").status_code == 404


def test_nothing_of_a_customer_is_typed_in_the_admin(staff_client, ana):
    client = staff_client("shop")
    answer = client.post(f"{LIST}{ana.pk}/change/", {"email": "other@example.org"})
    assert answer.status_code == 403
    assert client.post(f"{LIST}{ana.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"/admin/accounts/user/{ana.pk}/password/").status_code == 403


def test_an_account_is_deleted_for_whoever_asked_by_mail(staff_client, ana):
    client = staff_client("shop")
    page = f"{LIST}{ana.pk}/erase/"
    text = client.get(page).content.decode()
    assert "its parcel is being packed" in text
    assert client.post(page)["Location"] == LIST
    assert not User.objects.filter(pk=ana.pk).exists()
    assert Order.objects.get().erase_asked_at is not None
    assert client.post(page).status_code == 404
    assert not LogEntry.objects.filter(object_repr__icontains="ana").exists()


def test_who_packs_sees_customers_and_deletes_none(staff_client, ana):
    client = staff_client("fulfilment")
    text = client.get(f"{LIST}{ana.pk}/change/").content.decode()
    assert "Delete the account" not in text
    assert client.post(f"{LIST}{ana.pk}/erase/").status_code == 403
    assert User.objects.filter(pk=ana.pk).exists()


def test_an_editor_sees_no_customers(staff_client, ana):
    assert staff_client("editor").get(LIST).status_code == 403
