"""From a cart to one order at the total that was shown."""

import time

import pytest
from django.core import signing
from django.utils import timezone

from marketplace import cart as carts
from marketplace import checkout, offers
from marketplace.models import Hold, Order, Product, Variant
from tests.factories.marketplace import (
    AT,
    DETAILS,
    end_unpaid,
    on_shelf,
    order_of,
    pay,
    send_everywhere,
)
from tests.factories.partners import SplitRuleFactory
from weintl.organisation.models import Organisation
from weintl.payments.models import Payment

pytestmark = pytest.mark.django_db


@pytest.fixture
def scarf():
    return on_shelf(consigned=3)


@pytest.fixture
def cart(scarf):
    return carts.add_line(cart=None, sku=scarf.sku, quantity=2, now=AT)


def shown_for(cart):
    return offers.read_shown(offers.write_shown(offers.offer(cart=cart, now=AT).quote))


def place(cart, shown=None, *, language="en", now=AT):
    return checkout.place_order(
        cart=cart, details=DETAILS, shown=shown or shown_for(cart), language=language, now=now
    )


def test_an_order_freezes_lines_prices_and_delivery(cart, scarf):
    order = place(cart)
    assert (order.goods_amount, order.shipping_amount, order.total_amount) == (4990, 800, 5790)
    assert order.payment.amount == 5790
    assert order.payment.reference == order.number
    line = order.lines.get()
    assert (line.quantity, line.unit_price_amount, line.net_amount) == (2, 2495, 4990)
    Variant.objects.update(price_amount=9999)
    assert order.lines.get().unit_price_amount == 2495
    assert Hold.objects.get(order=order).quantity == 2


def test_the_lines_name_is_said_in_the_buyers_language(cart, scarf):
    assert place(cart, language="es").lines.get().product_name == scarf.product.name_es


def test_the_same_submission_makes_one_order(cart):
    shown = shown_for(cart)
    assert place(cart, shown) == place(cart, shown)
    assert Order.objects.count() == Payment.objects.count() == Hold.objects.count() == 1


def test_another_total_than_the_one_shown_is_refused(cart):
    shown = shown_for(cart)
    Variant.objects.update(price_amount=2500)
    with pytest.raises(checkout.Changed):
        place(cart, shown)
    send_everywhere().zone.rates.update(amount=900)
    with pytest.raises(checkout.Changed):
        place(cart, shown)
    assert not Order.objects.exists()
    assert not Payment.objects.exists()


def test_another_cart_than_the_one_shown_is_refused_even_at_the_same_total(cart, scarf):
    shown = shown_for(cart)
    other = on_shelf(consigned=3)
    carts.change(cart=cart, quantities={scarf.sku: 0}, now=AT)
    carts.add_line(cart=cart, sku=other.sku, quantity=2, now=AT)
    with pytest.raises(checkout.Changed):
        place(cart, shown)


def test_a_closed_shop_takes_no_order(cart):
    Organisation.objects.create(
        pk=1, name="W", legal_name="W", contact_email="w@example.org", is_shop_open=False
    )
    with pytest.raises(checkout.Closed):
        place(cart)


def test_a_piece_sold_meanwhile_is_refused(cart, scarf):
    shown = shown_for(cart)
    pay(order_of({scarf: 2}))
    with pytest.raises(checkout.Unavailable):
        place(cart, shown)


def test_a_product_without_a_rule_in_force_cannot_be_ordered():
    variant = on_shelf(consigned=1, product__rule=False)
    cart = carts.add_line(cart=None, sku=variant.sku, quantity=1, now=AT)
    with pytest.raises(checkout.Unavailable):
        place(cart)


def test_a_price_in_another_currency_is_never_charged_as_ours(cart):
    shown = shown_for(cart)
    Variant.objects.update(currency="jpy")
    assert not Variant.objects.for_sale(now=AT).exists()
    with pytest.raises(checkout.Unavailable):
        place(cart, shown)


def test_a_product_whose_rule_counts_in_another_currency_cannot_be_ordered():
    variant = on_shelf(consigned=1, product__rule=False)
    SplitRuleFactory(programme=variant.product.programme, currency="jpy")
    cart = carts.add_line(cart=None, sku=variant.sku, quantity=1, now=AT)
    with pytest.raises(checkout.Unavailable):
        place(cart)


def test_an_empty_cart_is_refused(cart, scarf):
    shown = shown_for(cart)
    carts.change(cart=cart, quantities={scarf.sku: 0}, now=AT)
    with pytest.raises(checkout.Empty):
        place(cart, shown)


def test_an_unpublished_product_is_refused(cart):
    shown = shown_for(cart)
    Product.objects.update(is_published=False)
    with pytest.raises(checkout.Unavailable):
        place(cart, shown)


@pytest.mark.parametrize("word", ["", "x"])
def test_a_word_that_we_did_not_write_shows_nothing(word):
    assert offers.read_shown(word) is None


def test_a_word_of_another_shape_shows_nothing():
    assert offers.read_shown(signing.dumps({"total": 1}, salt=offers.SALT)) is None


def test_a_word_older_than_a_day_shows_nothing(cart, monkeypatch):
    long_ago = time.time() - offers.SHOWN_FOR - 5
    with monkeypatch.context() as earlier:
        earlier.setattr(time, "time", lambda: long_ago)
        word = offers.write_shown(offers.offer(cart=cart, now=AT).quote)
    assert offers.read_shown(word) is None


def test_the_address_of_an_unpaid_order_is_kept_for_the_next_try(cart):
    order = place(cart)
    assert checkout.unpaid(cart=cart) == order
    pay(order)
    assert checkout.unpaid(cart=cart) is None


def test_the_payment_page_bears_the_same_total_and_opens_once(cart, standin):
    # The provider refuses a page that closes too soon by its own clock.
    now = timezone.now()
    order = place(cart, now=now)
    url = checkout.open_payment(order=order, now=now)
    order.payment.refresh_from_db()
    assert url == order.payment.session_url
    assert checkout.open_payment(order=order, now=now) == url


def test_an_earlier_order_of_the_cart_is_closed_so_that_its_piece_is_free(standin):
    now = timezone.now()
    single = on_shelf(consigned=1)
    order = order_of({single: 1}, now=now)
    checkout.open_payment(order=order, now=now)
    checkout.release_earlier(cart=order.cart, key="another", now=now)
    order.refresh_from_db()
    assert order.state == "expired"
    assert order_of({single: 1}, now=now).state == "awaiting_payment"


def test_an_expired_order_can_be_placed_again(cart, scarf):
    end_unpaid(place(cart))
    assert place(cart).state == "awaiting_payment"


def test_an_order_of_five_lines_takes_few_statements_and_as_many_as_one_line(
    django_assert_max_num_queries,
):
    def place(lines):
        cart = None
        for _ in range(lines):
            cart = carts.add_line(cart=cart, sku=on_shelf(consigned=2).sku, quantity=2, now=AT)
        shown = offers.read_shown(offers.write_shown(offers.offer(cart=cart, now=AT).quote))
        with django_assert_max_num_queries(25) as counted:
            checkout.place_order(cart=cart, details=DETAILS, shown=shown, language="en", now=AT)
        return len([row for row in counted.captured_queries if "SAVEPOINT" not in row["sql"]])

    one, five = place(1), place(5)
    assert five <= 25
    assert five <= one + 2
