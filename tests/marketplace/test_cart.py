"""What may be put into a cart, and how it looks later."""

from datetime import timedelta

import pytest

from marketplace import cart as carts
from marketplace.models import Cart, Product, SalePrice, Stock
from tests.factories.marketplace import AT, VariantFactory, on_shelf, order_of, picture_of
from tests.factories.partners import take_step
from weintl.accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_first_piece_makes_a_cart_and_a_second_joins_its_line():
    variant = on_shelf(consigned=5)
    cart = carts.add_line(cart=None, sku=variant.sku, quantity=1, now=AT)
    carts.add_line(cart=cart, sku=variant.sku, quantity=2, now=AT)
    assert [(item.variant.pk, item.quantity) for item in carts.items(cart, now=AT)] == [
        (variant.pk, 3)
    ]
    assert carts.count(cart) == 3


def test_what_is_remembered_as_seen_is_the_price_of_the_moment():
    variant = on_shelf(consigned=9, price_amount=3200)
    SalePrice.objects.create(
        variant=variant, price_amount=2400, starts_at=AT, ends_at=AT + timedelta(days=2)
    )
    for moment, price in [(-1, 3200), (1, 2400), (3, 3200), (1, 2400)]:
        cart = carts.add_line(
            cart=None, sku=variant.sku, quantity=1, now=AT + timedelta(days=moment)
        )
        assert cart.lines.get().seen_amount == price


def test_a_shop_sells_in_its_own_currency(settings):
    dollars, yen = on_shelf(consigned=1), on_shelf(consigned=1, currency="jpy")
    for currency, sold, other in [("usd", dollars, yen), ("jpy", yen, dollars)]:
        settings.BASE_CURRENCY = currency
        carts.add_line(cart=None, sku=sold.sku, quantity=1, now=AT)
        with pytest.raises(carts.NotForSale):
            carts.add_line(cart=None, sku=other.sku, quantity=1, now=AT)


def test_never_more_than_are_free():
    variant = on_shelf(consigned=2)
    cart = carts.add_line(cart=None, sku=variant.sku, quantity=9, now=AT)
    assert carts.count(cart) == 2


@pytest.mark.parametrize("reason", ["unknown", "sold out", "unpublished", "paused partner"])
def test_what_is_not_for_sale_does_not_go_in(reason):
    variant = VariantFactory() if reason == "sold out" else on_shelf(consigned=1)
    if reason == "unpublished":
        Product.objects.update(is_published=False)
    if reason == "paused partner":
        partner = variant.product.programme.partner
        take_step(partner, "paused")
    with pytest.raises(carts.NotForSale):
        carts.add_line(
            cart=None, sku="?" if reason == "unknown" else variant.sku, quantity=1, now=AT
        )


def test_quantities_change_and_zero_takes_a_line_out():
    first, second = on_shelf(consigned=5), on_shelf(consigned=5)
    cart = carts.add_line(cart=None, sku=first.sku, quantity=1, now=AT)
    carts.add_line(cart=cart, sku=second.sku, quantity=1, now=AT)
    carts.change(cart=cart, quantities={first.sku: 4, second.sku: 0, "?": 3}, now=AT)
    assert [(item.variant.pk, item.quantity) for item in carts.items(cart, now=AT)] == [
        (first.pk, 4)
    ]


def test_a_piece_that_left_the_shop_stays_visible_and_blocks():
    variant = on_shelf(consigned=1)
    cart = carts.add_line(cart=None, sku=variant.sku, quantity=1, now=AT)
    Product.objects.update(is_published=False)
    (item,) = carts.items(cart, now=AT)
    assert item.free == 0
    assert not item.is_available


def test_a_word_that_is_no_id_finds_no_cart():
    assert carts.find("x' OR 1=1") is None
    assert carts.find(None) is None


def test_looking_into_a_cart_takes_three_queries(django_assert_num_queries):
    cart = None
    for _ in range(4):
        variant = on_shelf(consigned=2)
        picture_of(variant.product)
        cart = carts.add_line(cart=cart, sku=variant.sku, quantity=1, now=AT)
    with django_assert_num_queries(3):
        assert all(item.picture and item.is_available for item in carts.items(cart, now=AT))


@pytest.fixture
def ana():
    return User.objects.create_user("ana@example.org")


def filled(*lines, **fields):
    made = None
    for variant, quantity in lines:
        made = carts.add_line(cart=made, sku=variant.sku, quantity=quantity, now=AT)
    Cart.objects.filter(pk=made.pk).update(**fields)
    return Cart.objects.get(pk=made.pk)


def held(found):
    return dict(found.lines.values_list("variant__sku", "quantity"))


def test_the_first_cart_of_a_guest_becomes_the_account_s(ana):
    guest = filled((on_shelf(consigned=3), 2))
    for _turn in range(2):
        assert carts.take_along(cart=guest, user=ana, now=AT) == (guest, [])
    assert Cart.objects.get().customer == ana


def test_carts_join_within_stock_and_what_is_cut_is_told(ana):
    scarf, rare, sold = (on_shelf(consigned=number) for number in (5, 3, 1))
    own = filled((scarf, 2), (rare, 2), customer=ana)
    guest = filled((scarf, 2), (rare, 2), (sold, 1))
    Stock.objects.filter(variant=sold).update(consigned=0)
    joined, cuts = carts.take_along(cart=guest, user=ana, now=AT)
    assert joined == own
    assert held(own) == {scarf.sku: 4, rare.sku: 3}
    assert [(cut.variant.pk, cut.wanted, cut.kept) for cut in cuts] == [
        (rare.pk, 4, 3),
        (sold.pk, 1, 0),
    ]
    # Sent again, nothing doubles: the guest's cart is gone.
    assert carts.take_along(cart=guest, user=ana, now=AT) == (own, [])
    assert held(own) == {scarf.sku: 4, rare.sku: 3}


def test_an_unpaid_order_of_the_guest_goes_along(ana):
    scarf = on_shelf(consigned=1)
    order = order_of({scarf: 1})
    own = filled((on_shelf(consigned=1), 1), customer=ana)
    carts.take_along(cart=order.cart, user=ana, now=AT)
    order.refresh_from_db()
    assert order.cart == own


def test_somebody_else_s_cart_stays_with_them(ana):
    other = User.objects.create_user("bea@example.org")
    theirs = filled((on_shelf(consigned=1), 1), customer=other)
    assert carts.take_along(cart=theirs, user=ana, now=AT) == (None, [])
    assert Cart.objects.get().customer == other
