"""A shop that was closed until a day opens by itself on that day, and is read meanwhile."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from marketplace import checkout, offers
from marketplace.cart import add_line
from tests.factories.marketplace import AT, DETAILS, on_shelf, order_of, pay
from weintl.organisation import opening, tasks
from weintl.organisation.models import Organisation

pytestmark = pytest.mark.django_db
DAY = date(2027, 1, 7)
WORDS = "We are at the winter fair.\nWrite to us <there>."


@pytest.fixture
def closed():
    ours = Organisation.unfilled()
    ours.is_shop_open = False
    ours.shop_note_en, ours.shop_note_es = WORDS, "Estamos en la feria."
    ours.shop_opens_on = DAY
    ours.save()
    return ours


def test_it_opens_on_the_day_and_not_before(closed):
    assert not opening.open_again(today=DAY - timedelta(days=1))
    assert opening.open_again(today=DAY)
    assert not opening.open_again(today=DAY)
    ours = Organisation.current()
    assert (ours.is_shop_open, ours.shop_opens_on, ours.shop_note_en) == (True, None, WORDS)


def test_gifts_open_by_themselves_on_a_day_of_their_own(closed):
    Organisation.objects.update(are_gifts_open=False, gifts_open_on=DAY + timedelta(days=1))
    assert opening.open_again(today=DAY) == ["shop"]
    assert not Organisation.current().are_gifts_open
    assert opening.open_again(today=DAY + timedelta(days=1)) == ["gifts"]
    assert Organisation.current().are_gifts_open


def test_without_a_day_it_waits_for_staff(closed):
    Organisation.objects.update(shop_opens_on=None)
    assert not tasks.open_again()
    assert not Organisation.current().is_shop_open


def test_shop_product_and_cart_say_why_and_until_when_in_both_languages(closed):
    variant = on_shelf(consigned=2)
    client = Client()
    client.post("/en/cart/add/", {"sku": variant.sku}, HTTP_SEC_FETCH_SITE="same-origin")
    pages = {
        "en": ("Jan. 7, 2027", "Write to us &lt;there&gt;.", "takes no orders"),
        "es": ("7 de enero de 2027", "Estamos en la feria.", "no acepta pedidos"),
    }
    for language, wanted in pages.items():
        slug = getattr(variant.product, f"slug_{language}")
        for path in ("shop/", f"shop/p/{slug}/", "cart/"):
            page = client.get(f"/{language}/{path}").content.decode()
            for words in wanted:
                assert words in page, (language, path, words)
    page = client.get(f"/en/shop/p/{variant.product.slug_en}/").content.decode()
    assert "Put in cart" not in page
    assert 'href="/en/shop/"' in page
    assert variant.product.name in client.get("/en/cart/").content.decode()


def test_pages_that_are_kept_show_it_at_once():
    client = Client()
    assert "takes no orders" not in client.get("/en/shop/").content.decode()
    ours = Organisation.unfilled()
    ours.is_shop_open, ours.shop_note_en = False, "Back soon."
    ours.save()
    assert "Back soon." in client.get("/en/shop/").content.decode()


def test_a_shop_that_is_closed_without_a_word_is_not_linked(closed):
    Organisation.objects.update(shop_note="", shop_note_en="", shop_note_es="", shop_opens_on=None)
    assert 'href="/en/shop/"' not in Client().get("/en/facts/").content.decode()


def test_no_order_is_placed_while_it_is_closed_and_the_cart_stays():
    variant = on_shelf(consigned=2)
    cart = add_line(cart=None, sku=variant.sku, quantity=1, now=AT)
    quote = offers.offer(cart=cart, now=AT).quote
    shown = offers.read_shown(offers.write_shown(quote))
    ours = Organisation.unfilled()
    ours.is_shop_open = False
    ours.save()
    with pytest.raises(checkout.Closed):
        checkout.place_order(cart=cart, details=DETAILS, shown=shown, language="en", now=AT)
    assert cart.lines.count() == 1


def test_who_is_paying_already_may_finish():
    now = timezone.now()
    order = order_of({on_shelf(consigned=1, now=now): 1}, now=now)
    ours = Organisation.unfilled()
    ours.is_shop_open = False
    ours.save()
    with transaction.atomic():
        assert pay(order, now=now).state == "paid"
