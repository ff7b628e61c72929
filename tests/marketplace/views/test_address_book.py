"""The pages of the address book, and the checkout that uses it."""

import pytest

from marketplace import address_book
from marketplace.models import Order, SavedAddress
from tests.factories.accounts import PASSWORD, CustomerFactory
from tests.factories.marketplace import on_shelf

pytestmark = pytest.mark.django_db
ADD = "/en/account/addresses/add/"
GIVEN = {
    "label": "Home",
    "name": "Ana Ruiz",
    "country": "US",
    "street": "214 Orchard Road",
    "city": "Madison",
    "postcode": "53703",
}
ORDERED = {k: v for k, v in GIVEN.items() if k != "label"} | {"email": "ana@example.org"}


@pytest.fixture
def ana(client):
    user = CustomerFactory(email="ana@example.org")
    client.force_login(user)
    return user


def test_an_address_is_added_changed_and_removed(client, ana):
    assert client.post(ADD, GIVEN)["Location"] == "/en/account/addresses/"
    address = SavedAddress.objects.get()
    assert (address.customer, address.region, address.is_default) == (ana, "WI", True)
    page = f"/en/account/addresses/{address.pk}/"
    assert 'value="214 Orchard Road"' in client.get(page).content.decode()
    client.post(page, {**GIVEN, "label": "House", "street": "2 Elm"})
    address.refresh_from_db()
    assert (address.label, address.street, address.is_default) == ("House", "2 Elm", True)
    assert "2 Elm" in client.get(f"{page}remove/").content.decode()
    for _ in range(2):
        assert client.post(f"{page}remove/").status_code == 303
    assert not SavedAddress.objects.exists()


def test_a_wrong_address_is_told_and_kept_in_the_form(client, ana):
    answer = client.post(ADD, {**GIVEN, "postcode": "1", "label": ""})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Give the address a name, such as Home" in text
    assert "Enter a postcode as this country writes them" in text
    assert 'value="214 Orchard Road"' in text
    assert not SavedAddress.objects.exists()


def test_another_country_brings_its_fields_and_keeps_what_was_typed(client, ana):
    text = client.post(ADD, {**GIVEN, "country": "ES", "act": "country"}).content.decode()
    assert 'value="214 Orchard Road"' in text
    assert "Province" in text
    assert not SavedAddress.objects.exists()
    # Whoever chose another country and went on sees its fields first, too.
    other = client.post(ADD, {**GIVEN, "country": "ES", "fields_of": "US"})
    assert other.status_code == 200
    assert not SavedAddress.objects.exists()


def test_a_full_book_says_so(client, ana, now):
    for number in range(address_book.LIMIT):
        place = {**dict.fromkeys(address_book.PLACE, ""), "country": "US"}
        address_book.add(user=ana, entry=address_book.Entry(str(number), place), now=now)
    answer = client.post(ADD, GIVEN)
    assert answer.status_code == 422
    assert "Your book holds 20 addresses" in answer.content.decode()


@pytest.mark.parametrize("last", ["", "remove/"])
def test_the_address_of_somebody_else_is_not_found(client, now, last):
    ben = CustomerFactory()
    client.force_login(ben)
    client.post(ADD, GIVEN)
    address = SavedAddress.objects.get()
    client.force_login(CustomerFactory())
    page = f"/en/account/addresses/{address.pk}/"
    assert client.get(page + last).status_code == 404
    client.post(page + last, {**GIVEN, "street": "Stolen"})
    assert client.post(f"{page}first/").status_code == 404
    address.refresh_from_db()
    assert address.street == "214 Orchard Road"


def test_an_address_typed_after_the_sign_in_had_ended_is_still_there(client):
    user = CustomerFactory()
    assert client.post(ADD, GIVEN).status_code == 302
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    text = client.get(ADD).content.decode()
    assert 'value="214 Orchard Road"' in text
    assert not SavedAddress.objects.exists()


@pytest.fixture
def cart(client):
    piece = on_shelf(consigned=3)
    client.post("/en/cart/add/", {"sku": piece.sku}, HTTP_SEC_FETCH_SITE="same-origin")


def test_the_checkout_begins_with_the_first_address_and_takes_another(client, ana, cart, now):
    client.post(ADD, GIVEN)
    client.post(ADD, {**GIVEN, "label": "Work", "street": "5 Mill Lane"})
    work = SavedAddress.objects.get(label="Work")
    text = client.get("/en/checkout/").content.decode()
    assert 'value="214 Orchard Road"' in text
    assert 'value="ana@example.org"' in text
    typed = {**ORDERED, "email": "other@example.org", "act": "address", "saved": work.pk}
    assert client.post("/en/checkout/", typed)["Location"] == "/en/checkout/"
    text = client.get("/en/checkout/").content.decode()
    assert 'value="5 Mill Lane"' in text
    assert f'<option value="{work.pk}" selected>' in text
    assert 'value="other@example.org"' in text


@pytest.mark.parametrize("wanted", ["", "x", "0", "99999999999999999999", "-1"])
def test_a_tampered_choice_changes_nothing(client, ana, cart, wanted):
    typed = {**ORDERED, "act": "address", "saved": wanted}
    assert client.post("/en/checkout/", typed).status_code == 303
    assert 'value="214 Orchard Road"' in client.get("/en/checkout/").content.decode()


def test_nobody_fills_in_the_address_of_another(client, ana, cart, now):
    place = {**dict.fromkeys(address_book.PLACE, ""), "street": "Secret", "country": "US"}
    theirs = address_book.keep(user=CustomerFactory(), place=place, now=now)
    client.post("/en/checkout/", {**ORDERED, "act": "address", "saved": theirs.pk})
    assert "Secret" not in client.get("/en/checkout/").content.decode()


def test_the_checkout_keeps_an_address_only_when_asked(client, ana, cart):
    assert client.post("/en/checkout/", ORDERED)["Location"] == "/en/checkout/review/"
    assert not SavedAddress.objects.exists()
    for _ in range(2):
        client.post("/en/checkout/", {**ORDERED, "keep_address": "on"})
    assert [each.label for each in address_book.of(ana)] == ["214 Orchard Road, Madison"]


def test_a_guest_is_offered_no_book(client, cart):
    text = client.get("/en/checkout/").content.decode()
    assert "keep_address" not in text
    client.post("/en/checkout/", {**ORDERED, "keep_address": "on"})
    assert not SavedAddress.objects.exists()


def test_an_order_placed_signed_in_belongs_to_the_account(client, ana, cart, standin):
    client.post("/en/checkout/", {**ORDERED, "email": "gift@example.org"})
    page = client.get("/en/checkout/review/")
    shown = page.context["shown"]
    answer = client.post("/en/checkout/review/", {"shown": shown})
    assert answer.status_code == 303
    order = Order.objects.get()
    assert (order.customer, order.email) == (ana, "gift@example.org")
    client.post(f"/en/account/addresses/{0}/remove/")
    assert order.street == "214 Orchard Road"
