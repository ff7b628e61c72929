"""Details, then the payment page; one order a submission."""

import re

import pytest
from django.core.cache import cache
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from django.utils import timezone

from marketplace.models import Hold, Order, UnservedCountry, Variant
from tests.factories.donations import FundFactory
from tests.factories.marketplace import on_shelf, order_of, pay, tax_of, voucher_of
from weintl.organisation.models import Organisation
from weintl.payments import client
from weintl.payments.models import Payment

pytestmark = pytest.mark.django_db
ADDRESS = {
    "email": "ana@example.org",
    "name": "Ana  Ruiz",
    "country": "US",
    "street": "214 Orchard Road",
    "city": "Madison",
    "postcode": "53703",
}


@pytest.fixture
def scarf():
    return on_shelf(consigned=2, now=timezone.now())


@pytest.fixture
def shopper(client, scarf):
    client.post("/en/cart/add/", {"sku": scarf.sku}, HTTP_SEC_FETCH_SITE="same-origin")
    return client


def fill_in(client, path="/en/checkout/", **more):
    return client.post(path, {**ADDRESS, **more})


def shown(client, path="/en/checkout/", **more):
    """Fill in the details; return the word of the page that shows all of it."""
    answer = fill_in(client, path, **more)
    assert (answer.status_code, answer["Location"]) == (303, f"{path}review/")
    return word_in(client.get(f"{path}review/"))


def word_in(answer):
    return re.search(r'name="shown" value="([^"]+)"', answer.content.decode()).group(1)


def submit(client, word, path="/en/checkout/"):
    return client.post(f"{path}review/", {"shown": word})


def test_a_guest_is_led_to_the_payment_page(shopper, standin):
    answer = submit(shopper, shown(shopper))
    order = Order.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, order.payment.session_url)
    assert (order.name, order.total_amount, order.state) == ("Ana Ruiz", 3295, "awaiting_payment")


def test_the_same_form_sent_twice_is_one_order_and_one_page(shopper, standin):
    word = shown(shopper)
    first, second = submit(shopper, word), submit(shopper, word)
    assert first["Location"] == second["Location"]
    assert Order.objects.count() == Payment.objects.count() == Hold.objects.count() == 1


def test_one_address_cannot_hold_the_whole_shop(shopper, standin, settings):
    cache.clear()
    settings.ORDERS_PER_HOUR = 1
    word = shown(shopper)
    assert submit(shopper, word).status_code == 303
    # The same form again is the same order.
    assert submit(shopper, word).status_code == 303
    answer = submit(shopper, shown(shopper, name="Another Person"))
    assert answer.status_code == 429
    assert "Another Person" in answer.content.decode()
    assert Order.objects.count() == 1


def test_errors_keep_what_was_typed_and_say_what_to_do(shopper):
    answer = fill_in(shopper, email="ana.example.org", postcode="")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Enter an e-mail address with an @" in text
    assert "Enter the postcode of the delivery address" in text
    assert 'value="214 Orchard Road"' in text
    assert 'value="ana.example.org"' in text
    # Also on another page and back.
    assert 'value="ana.example.org"' in shopper.get("/en/checkout/").content.decode()
    assert shopper.get("/en/checkout/review/")["Location"] == "/en/checkout/"
    assert not Order.objects.exists()


def test_no_postcode_is_asked_where_there_is_none(shopper, standin):
    word = shown(shopper, country="GH", postcode="")
    assert submit(shopper, word).status_code == 303
    assert Order.objects.get().region == ""


def test_choosing_a_country_shows_its_fields_and_keeps_everything(shopper):
    answer = fill_in(shopper, act="country", country="JP", name="山田", city="Kyōto", email="x")
    assert answer["Location"] == "/en/checkout/"
    text = shopper.get("/en/checkout/").content.decode()
    assert "Prefecture" in text
    assert 'value="山田"' in text
    assert 'value="214 Orchard Road"' in text
    # Japan's addresses have no town of their own; it waits for the next choice.
    assert '<input type="hidden" name="city" value="Kyōto"' in text
    assert "There is a problem" not in text
    fill_in(shopper, act="country", country="DE", fields_of="JP", city="Kyōto")
    assert re.search(
        r'<input type="text" name="city" value="Kyōto"',
        shopper.get("/en/checkout/").content.decode(),
    )


def test_going_on_with_another_country_shows_its_fields_first(shopper):
    answer = fill_in(shopper, fields_of="US", country="ES", postcode="48001")
    assert answer["Location"] == "/en/checkout/"
    text = shopper.get("/en/checkout/").content.decode()
    assert "have other fields" in text
    assert "Province" in text
    answer = fill_in(shopper, fields_of="ES", country="ES", postcode="48001")
    assert answer["Location"] == "/en/checkout/review/"


def test_a_country_that_is_not_served_is_told_at_the_address(shopper):
    UnservedCountry.objects.create(country="AQ", reason_en="No ship goes there.")
    answer = fill_in(shopper, country="AQ", city="Base", postcode="")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "We do not send parcels to this country: Antarctica. No ship goes there." in text
    assert 'value="214 Orchard Road"' in text


def test_a_country_closed_meanwhile_leads_back_to_the_address(shopper):
    word = shown(shopper)
    UnservedCountry.objects.create(country="US")
    assert submit(shopper, word)["Location"] == "/en/checkout/"
    assert not Order.objects.exists()


def test_the_review_shows_the_address_as_its_country_writes_it(shopper):
    name = "محمد بن عبد الله 𝓐 <script>"
    shown(shopper, name=name, country="DE", city="Köln", postcode="50667", street="Ring 1")
    text = shopper.get("/en/checkout/review/").content.decode()
    assert "<bdi>محمد بن عبد الله 𝓐 &lt;script&gt;</bdi>" in text
    assert "<bdi>50667 Köln</bdi>" in text
    assert "Germany" in text


def test_the_details_are_forgotten_once_the_order_is_paid(shopper, standin):
    submit(shopper, shown(shopper))
    order = Order.objects.get()
    assert "checkout" in shopper.session
    pay(order)
    shopper.get(f"/en/orders/{order.token}/thanks/")
    assert "checkout" not in shopper.session


def test_a_changed_price_is_told_and_asked_again(shopper, standin):
    word = shown(shopper)
    Variant.objects.update(price_amount=3000)
    answer = submit(shopper, word)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "A price has changed" in text
    assert "$38.00" in text
    assert not Order.objects.exists()
    again = re.search(r'name="shown" value="([^"]+)"', text).group(1)
    assert submit(shopper, again).status_code == 303
    assert Order.objects.get().total_amount == 3800


def test_a_forged_or_missing_total_is_asked_again(shopper):
    shown(shopper)
    for word in ("", "forged"):
        answer = submit(shopper, word)
        assert answer.status_code == 422
        assert "open for long" in answer.content.decode()
    assert not Order.objects.exists()


def test_a_piece_sold_meanwhile_leads_back_to_the_cart_in_words(shopper, scarf):
    word = shown(shopper)
    pay(order_of({scarf: 2}))
    answer = submit(shopper, word)
    assert answer["Location"] == "/en/cart/"
    assert "not available any more" in shopper.get("/en/cart/").content.decode()


def test_when_the_provider_is_away_the_order_waits_for_the_same_form(shopper, standin, settings):
    settings.STRIPE_TIMEOUT = 1
    standin.faults(status=500, keep=True)
    answer = submit(shopper, shown(shopper))
    assert answer.status_code == 422
    assert "cannot be reached" in answer.content.decode()
    again = re.search(r'name="shown" value="([^"]+)"', answer.content.decode()).group(1)
    standin.clear_faults()
    assert submit(shopper, again).status_code == 303
    assert Order.objects.count() == 1


def test_who_comes_back_unpaid_finds_all_of_it_and_may_change_the_order(shopper, scarf, standin):
    submit(shopper, shown(shopper))
    text = shopper.get("/en/checkout/").content.decode()
    assert "What you filled in before is kept" in text
    assert 'value="214 Orchard Road"' in text
    shopper.post("/en/cart/update/", {f"quantity-{scarf.sku}": "2"})
    assert submit(shopper, shown(shopper)).status_code == 303
    states = list(Order.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["expired", "awaiting_payment"]


def test_the_only_piece_stays_in_the_cart_of_who_comes_back_unpaid(client, standin):
    single = on_shelf(consigned=1, product__is_one_of_a_kind=True, now=timezone.now())
    client.post("/en/cart/add/", {"sku": single.sku}, HTTP_SEC_FETCH_SITE="same-origin")
    submit(client, shown(client))
    assert "Sold meanwhile" not in client.get("/en/cart/").content.decode()
    assert submit(client, shown(client)).status_code == 303
    assert list(Hold.objects.order_by("pk").values_list("state", flat=True)) == [
        "released",
        "active",
    ]


def test_who_paid_on_another_tab_is_led_to_the_thanks(shopper, standin):
    word = shown(shopper)
    submit(shopper, word)
    order = Order.objects.get()
    second = shown(shopper)
    standin.pay(order.payment.session_id)
    answer = submit(shopper, second)
    assert answer["Location"] == f"/en/orders/{order.token}/thanks/"
    assert submit(shopper, word)["Location"] == f"/en/orders/{order.token}/thanks/"
    assert Order.objects.count() == 1


def test_an_empty_cart_and_no_cart_lead_to_the_cart(client, shopper, scarf):
    for page in ("/en/checkout/", "/en/checkout/review/"):
        assert Client().get(page)["Location"] == "/en/cart/"
    shown(shopper)
    shopper.post("/en/cart/update/", {"remove": scarf.sku})
    for page in ("/en/checkout/", "/en/checkout/review/"):
        assert shopper.get(page)["Location"] == "/en/cart/"


def test_a_closed_shop_says_so(shopper):
    Organisation.objects.create(
        pk=1, name="W", legal_name="W", contact_email="w@example.org", is_shop_open=False
    )
    assert shopper.get("/en/checkout/")["Location"] == "/en/cart/"
    assert "takes no orders" in shopper.get("/en/cart/").content.decode()


def test_the_form_needs_a_token(scarf):
    client = Client(enforce_csrf_checks=True)
    client.post("/en/cart/add/", {"sku": scarf.sku}, HTTP_SEC_FETCH_SITE="same-origin")
    assert fill_in(client).status_code == 403
    assert submit(client, "").status_code == 403


def test_an_order_in_spanish_stays_spanish(shopper, scarf, standin):
    submit(shopper, shown(shopper, "/es/checkout/"), "/es/checkout/")
    order = Order.objects.get()
    assert order.language == "es"
    assert order.lines.get().product_name == scarf.product.name_es


def test_all_that_is_charged_stands_on_the_last_page_and_on_the_payment_page(shopper, standin):
    voucher_of()
    tax_of("US", 55_000, region="WI", name_en="Sales tax", on_shipping=True)
    tax_of("US", 1, region="CA")
    fund = FundFactory(is_open=True)
    word = shown(
        shopper,
        voucher=" ten ",
        gift_own="5",
        gift_fund=fund.key,
        hides_prices="on",
        message="Para ti 🎁\n<b>Ana</b>",
    )
    text = shopper.get("/en/checkout/review/").content.decode()
    for part in (
        "Voucher TEN</span><span>−$2.50",
        "Sales tax, 5.5\u00a0%</span><span>$1.67",
        "Gift: Education</span><span>$5.00",
        "Total</span><span>$37.12",
        "No prices in the parcel.",
        "Para ti 🎁<br>&lt;b&gt;Ana&lt;/b&gt;",
    ):
        assert part in text, part
    assert submit(shopper, word).status_code == 303
    order = Order.objects.get()
    assert order.total_amount == 3712
    assert (order.hides_prices, order.message) == (True, "Para ti 🎁\n<b>Ana</b>")
    session = client.session(order.payment.session_id)
    assert session["amount_total"] == 3712


def test_a_voucher_that_does_not_apply_is_told_at_its_field(shopper):
    answer = fill_in(shopper, voucher="NOPE")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "There is no voucher “NOPE”." in text
    assert 'value="NOPE"' in text


def test_a_voucher_that_ended_meanwhile_is_told_and_the_total_is_without_it(shopper, standin):
    voucher = voucher_of()
    word = shown(shopper, voucher="TEN")
    voucher.effective = DateTimeTZRange(None, timezone.now())
    voucher.save()
    answer = submit(shopper, word)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "This voucher ended on" in text
    assert "Discount: $2.50 before, $0.00 now." in text
    assert submit(shopper, word_in(answer)).status_code == 303
    assert Order.objects.get().discount_amount == 0


def test_who_comes_back_unpaid_on_another_device_session_finds_extras_too(shopper, standin):
    voucher_of()
    fund = FundFactory(is_open=True)
    submit(
        shopper, shown(shopper, voucher="TEN", gift="1000", gift_fund=fund.key, hides_prices="on")
    )
    session = shopper.session
    del session["checkout"]
    session.save()
    text = shopper.get("/en/checkout/").content.decode()
    assert 'value="TEN"' in text
    assert 'name="gift_own" value="10.00"' in text
    assert re.search(r'name="hides_prices"[^>]* checked', text)
    # The voucher is held by this very cart: it applies still.
    assert "−$2.50" in shopper.get("/en/checkout/review/").content.decode()
