"""Listings follow whatever changes them; nobody writes them by hand."""

import pytest

from marketplace import stock
from marketplace.models import Listing, ListingText, Product
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
    assert ListingText.objects.count() == 2
    product.is_published = False
    product.save()
    assert not Listing.objects.exists()
    assert not ListingText.objects.exists()
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
