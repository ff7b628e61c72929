"""The cart, with and without a browser that vouches for the page."""

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client

from marketplace.models import Cart, CartLine, Product, ShippingZone, UnservedCountry
from tests.factories.marketplace import on_shelf

pytestmark = pytest.mark.django_db
OURS = {"HTTP_SEC_FETCH_SITE": "same-origin"}


@pytest.fixture
def scarf():
    return on_shelf(consigned=3)


@pytest.fixture
def shopper(client, scarf):
    add(client, scarf)
    return client


def add(client, variant, **more):
    return client.post("/en/cart/add/", {"sku": variant.sku, **more}, **OURS)


def test_a_piece_goes_into_the_cart_without_a_token(scarf):
    client = Client(enforce_csrf_checks=True)
    answer = add(client, scarf)
    assert (answer.status_code, answer["Location"]) == (303, "/en/cart/")
    text = client.get("/en/cart/").content.decode()
    assert scarf.product.name in text
    assert "$32.95" in text


def test_the_cart_says_what_its_prices_pay_for_to_the_cent(scarf):
    client = Client()
    add(client, scarf, quantity=2)
    parts = client.get("/en/cart/").context["parts"]
    assert sum(part.money.amount for part in parts) == 2 * scarf.price_amount
    assert parts[0].use == "artisan_pay"
    assert parts[-1].use == "operations"
    assert "What these prices pay for" in client.get("/en/cart/").content.decode()


@pytest.mark.parametrize(
    "headers",
    [{}, {"HTTP_SEC_FETCH_SITE": "cross-site"}, {"HTTP_ORIGIN": "https://elsewhere.example"}],
)
def test_a_form_that_nobody_vouches_for_asks_first(scarf, headers):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/en/cart/add/", {"sku": scarf.sku}, **headers)
    assert answer.status_code == 200
    assert not Cart.objects.exists()
    text = answer.content.decode()
    assert 'action="/en/cart/add/confirmed/"' in text
    token = answer.context["csrf_token"]
    refused = client.post("/en/cart/add/confirmed/", {"sku": scarf.sku})
    assert refused.status_code == 403
    client.post("/en/cart/add/confirmed/", {"sku": scarf.sku, "csrfmiddlewaretoken": str(token)})
    assert CartLine.objects.get().quantity == 1


def test_an_unknown_piece_that_nobody_vouches_for_leads_to_the_shop(client):
    assert client.post("/en/cart/add/", {"sku": "?"})["Location"] == "/en/shop/"


@pytest.mark.parametrize(
    ("sku", "quantity"), [("\0", "1"), ("x" * 61, "1"), ("", ""), ("gone", "\0")]
)
def test_nonsense_that_nobody_vouches_for_leads_to_the_shop(client, sku, quantity):
    answer = client.post("/en/cart/add/", {"sku": sku, "quantity": quantity})
    assert answer["Location"] == "/en/shop/"


def test_an_odd_number_that_nobody_vouches_for_becomes_one_piece(client, scarf):
    answer = client.post("/en/cart/add/", {"sku": scarf.sku, "quantity": "\0"})
    assert answer.context["quantity"] == 1


def test_a_sold_piece_is_refused_in_words(client):
    answer = client.post("/en/cart/add/", {"sku": "gone"}, follow=True, **OURS)
    assert "not for sale" in answer.content.decode()
    assert not Cart.objects.exists()


@pytest.mark.parametrize("quantity", ["0", "100", "x", "-1"])
def test_an_odd_number_of_pieces_is_refused_in_words(client, scarf, quantity):
    client.post("/en/cart/add/", {"sku": scarf.sku, "quantity": quantity}, **OURS)
    assert "1 to 99" in client.get("/en/cart/").content.decode()


def test_quantities_change_and_lines_go(client, scarf):
    add(client, scarf)
    client.post("/en/cart/update/", {f"quantity-{scarf.sku}": "3"})
    assert CartLine.objects.get().quantity == 3
    client.post("/en/cart/update/", {f"quantity-{scarf.sku}": "x", "csrf": "1"})
    assert CartLine.objects.get().quantity == 3
    client.post("/en/cart/update/", {f"quantity-{scarf.sku}": "2", "remove": scarf.sku})
    assert not CartLine.objects.exists()
    assert "Your cart is empty." in client.get("/en/cart/").content.decode()


def test_changing_a_cart_that_is_not_there_does_nothing(client):
    assert client.post("/en/cart/update/", {"remove": "x"}).status_code == 303


def test_a_piece_that_was_sold_meanwhile_is_marked_and_blocks(client, scarf):
    add(client, scarf)
    Product.objects.update(is_published=False)
    text = client.get("/en/cart/").content.decode()
    assert "Sold meanwhile" in text
    assert "/en/checkout/" not in text


def test_another_visitor_has_another_cart(client, scarf):
    add(client, scarf)
    assert "Your cart is empty." in Client().get("/en/cart/").content.decode()


def test_the_cart_is_stored_by_nobody_and_only_posts_change_it(client):
    answer = client.get("/en/cart/")
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex"
    for path in ("add", "add/confirmed", "update"):
        assert client.get(f"/en/cart/{path}/").status_code == 405


def test_looking_at_an_empty_cart_sets_no_cookie():
    assert not Client().get("/en/cart/").cookies


def test_the_cart_shows_what_it_costs_to_the_chosen_country(shopper):
    zone = ShippingZone.objects.create(name="Iberia")
    zone.places.create(country="ES")
    zone.rates.create(amount=1250, free_from_amount=90_000, effective=DateTimeTZRange(None, None))
    assert "Delivery to United States" in shopper.get("/en/cart/").content.decode()
    shopper.post("/en/cart/country/", {"country": "ES"})
    text = shopper.get("/en/cart/").content.decode()
    assert "Delivery to Spain" in text
    assert "$12.50" in text
    assert "free for pieces worth $900.00 or more" in text
    # The details begin with it.
    assert '<option value="ES" selected' in shopper.get("/en/checkout/").content.decode()


def test_a_country_that_is_not_served_is_told_in_the_cart_and_at_its_choice(shopper):
    UnservedCountry.objects.create(country="AQ", reason_en="No ship goes there.")
    assert "cannot send parcels to: Antarctica" in shopper.get("/en/cart/").content.decode()
    shopper.post("/en/cart/country/", {"country": "AQ"})
    text = shopper.get("/en/cart/").content.decode()
    assert "We do not send parcels to this country: Antarctica. No ship goes there." in text
    assert "/en/checkout/" not in text


def test_a_country_that_does_not_exist_is_not_taken(shopper):
    shopper.post("/en/cart/country/", {"country": "XX"})
    assert "Delivery to United States" in shopper.get("/en/cart/").content.decode()


def test_a_price_that_changed_is_told_until_the_cart_is_changed(shopper, scarf):
    assert "The price has changed" not in shopper.get("/en/cart/").content.decode()
    scarf.price_amount = 2600
    scarf.save()
    for _look in range(2):
        text = shopper.get("/en/cart/").content.decode()
        assert "The price has changed: $24.95 when you put it in, $26.00 now." in text
    shopper.post("/en/cart/update/", {f"quantity-{scarf.sku}": "1"})
    assert "The price has changed" not in shopper.get("/en/cart/").content.decode()
