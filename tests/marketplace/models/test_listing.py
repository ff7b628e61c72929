"""Listings follow whatever changes them; nobody writes them by hand."""

import pytest
from django.db import connection

from marketplace import stock
from marketplace.models import Listing, Look, Product
from tests.factories.marketplace import (
    AT,
    OptionValueFactory,
    TermFactory,
    VariantFactory,
    end_unpaid,
    on_shelf,
    order_of,
)

pytestmark = pytest.mark.django_db


def is_in_stock(variant):
    return Listing.objects.get(pk=variant.product_id).is_in_stock


def test_only_what_is_published_is_listed():
    product = VariantFactory().product
    assert Listing.objects.count() == 1
    product.is_published = False
    product.save()
    assert not Listing.objects.exists()
    Product.objects.update(is_published=True)
    assert Listing.objects.public().count() == 1


def test_the_last_piece_goes_and_comes_back():
    variant = VariantFactory()
    assert not is_in_stock(variant)
    stock.receive(variant=variant, consigned=1, source_key="first", now=AT)
    assert is_in_stock(variant)
    order = order_of({variant: 1})
    assert not is_in_stock(variant)
    end_unpaid(order)
    assert is_in_stock(variant)


def test_another_variant_keeps_a_product_in_stock():
    first = on_shelf(consigned=1)
    second = on_shelf(consigned=1, product=first.product)
    order_of({first: 1})
    assert is_in_stock(second)
    order_of({second: 1})
    assert not is_in_stock(second)


def test_colours_and_materials_stand_there_by_their_codes():
    variant = VariantFactory()
    colour = OptionValueFactory(option__code="colour", code="blue")
    variant.values.add(colour, OptionValueFactory(code="small"))
    variant.product.materials.add(TermFactory(code="wool"), TermFactory(code="cotton"))
    row = Listing.objects.get()
    assert (row.colours, row.materials) == (["blue"], ["cotton", "wool"])
    variant.values.remove(colour)
    assert Listing.objects.get().colours == []


def test_pieces_that_are_alike_share_a_look_and_a_sale_makes_none():
    first = on_shelf(consigned=1)
    second = on_shelf(
        consigned=1, product__programme=first.product.programme,
        product__category=first.product.category,
    )  # fmt: skip
    (look,) = Listing.objects.values_list("look", flat=True).distinct()
    number = Look.objects.count()
    order_of({first: 1})
    assert Look.objects.count() == number
    assert Listing.objects.filter(look=look).count() == 2
    second.price_amount = 9900
    second.save()
    assert Listing.objects.filter(look=look).count() == 1
    assert Listing.objects.get(pk=second.product_id).look.step == 5000


@pytest.mark.parametrize(
    ("amount", "step"),
    [(1, 1), (24, 10), (25, 25), (99, 50), (2499, 1000), (2500, 2500), (5000, 5000),
     (9999, 5000), (10_000, 10_000), (25_000, 25_000)],
)  # fmt: skip
def test_a_step_of_prices_lies_on_the_limits_of_the_bands(amount, step):
    with connection.cursor() as cursor:
        cursor.execute("SELECT marketplace_price_step(%s)", [amount])
        assert cursor.fetchone() == (step,)
