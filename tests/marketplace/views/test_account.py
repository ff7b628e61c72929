"""The customer's pages: one's own only, nothing stored, nothing typed twice."""

import pytest
from django.utils import timezone

from marketplace import alerts
from marketplace.models import Order, StockAlert
from tests.factories.accounts import PASSWORD, CustomerFactory
from tests.factories.marketplace import VariantFactory, on_shelf, order_of, pay, picture_of

pytestmark = pytest.mark.django_db
PAGES = ["", "addresses/", "addresses/add/", "details/", "data/", "data/download/", "delete/"]


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def ana(client):
    user = CustomerFactory(email="ana@example.org")
    client.force_login(user)
    return user


@pytest.mark.parametrize("page", PAGES)
def test_whoever_is_not_signed_in_is_led_to_the_sign_in_and_back(client, page):
    answer = client.get(f"/es/account/{page}")
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"?next=%2Fes%2Faccount%2F{page.replace('/', '%2F')}")
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("page", PAGES[:-1])
def test_nobody_may_store_a_page_of_the_account(client, ana, page):
    answer = client.get(f"/en/account/{page}")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex"


def test_an_order_placed_as_a_guest_stands_in_the_list_and_leads_to_its_page(client, ana, now):
    piece = on_shelf(consigned=3, now=now)
    picture_of(piece.product)
    order = pay(order_of({piece: 2}, now=now), now=now)
    text = client.get("/en/account/").content.decode()
    assert order.number in text
    assert "Paid; we are packing it" in text
    answer = client.get(f"/en/account/orders/{order.number}/")
    assert answer["Location"] == f"/en/orders/{order.token}/"


def test_the_order_of_somebody_else_is_not_found(client, ana, now):
    order = order_of({on_shelf(consigned=3): 1}, now=now, email="ben@example.org")
    assert order.number not in client.get("/en/account/").content.decode()
    assert client.get(f"/en/account/orders/{order.number}/").status_code == 404


def test_orders_come_ten_a_page(client, ana, now):
    piece = on_shelf(consigned=20)
    for _ in range(11):
        order_of({piece: 1}, now=now)
    text = client.get("/en/account/").content.decode()
    assert text.count("Order WE-") == 10
    assert "Page 1 of 2" in text
    assert client.get("/en/account/?page=2").content.decode().count("Order WE-") == 1


def test_details_are_kept_and_wrong_ones_told(client, ana):
    wrong = client.post("/en/account/details/", {"first_name": "Ana", "language": "xx"})
    assert wrong.status_code == 422
    assert 'value="Ana"' in wrong.content.decode()
    right = client.post("/en/account/details/", {"first_name": " Ana ", "language": "es"})
    assert right.status_code == 303
    ana.refresh_from_db()
    assert (ana.first_name, ana.language) == ("Ana", "es")


def test_what_was_typed_after_the_sign_in_had_ended_is_still_there(client):
    user = CustomerFactory()
    sent = client.post("/en/account/details/", {"first_name": "Ana Lucía", "language": "es"})
    assert sent.status_code == 302
    assert sent["Location"].endswith("?next=%2Fen%2Faccount%2Fdetails%2F")
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    text = client.get("/en/account/details/").content.decode()
    assert 'value="Ana Lucía"' in text
    assert "You had been signed out" in text
    assert "Ana Lucía" not in client.get("/en/account/details/").content.decode()
    user.refresh_from_db()
    assert user.first_name == ""


def test_a_wish_is_removed_by_its_owner_only(client, ana, now):
    for email in ("ana@example.org", "ben@example.org"):
        alerts.ask(variant=VariantFactory(), email=email, language="en", now=now)
    mine, theirs = StockAlert.objects.order_by("pk")
    assert mine.variant.title in client.get("/en/account/details/").content.decode()
    for pk in (theirs.pk, mine.pk, mine.pk):
        assert client.post(f"/en/account/wishes/{pk}/remove/").status_code == 303
    assert list(StockAlert.objects.all()) == [theirs]


def test_whoever_orders_signed_in_finds_the_order_whatever_address_is_typed(client, ana, now):
    order = order_of({on_shelf(consigned=3): 1}, now=now, email="gift@example.org")
    Order.objects.filter(pk=order.pk).update(customer=ana)
    assert order.number in client.get("/en/account/").content.decode()
