"""What the database writes by itself beside a product, for lists and for search."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace import browsing
from marketplace.models import Listing, Product, SalePrice
from tests.factories.marketplace import (
    CategoryFactory,
    OptionValueFactory,
    TermFactory,
    VariantFactory,
    on_shelf,
)
from tests.factories.partners import ProgrammeFactory
from weintl.search.words import read

pytestmark = pytest.mark.django_db


def listed(product):
    return Listing.objects.get(pk=product.pk).price_amount


def test_the_lowest_price_of_the_moment_is_kept_beside_the_product():
    product = VariantFactory(price_amount=3000).product
    dear = VariantFactory(product=product, price_amount=2500)
    assert listed(product) == 2500
    dear.is_active = False
    dear.save()
    assert listed(product) == 3000
    now = timezone.now()
    sale = SalePrice.objects.create(
        variant=product.variants.first(),
        price_amount=1000,
        starts_at=now - timedelta(days=1),
        ends_at=now + timedelta(days=1),
    )
    assert listed(product) == 1000
    sale.delete()
    assert listed(product) == 3000


def is_found(typed, language):
    return browsing.having(read(typed, language=language)).exists()


def test_a_product_is_found_by_technique_materials_choices_and_categories():
    above = CategoryFactory(name_en="Textiles", name_es="Textiles")
    product = VariantFactory(product__category__parent=above).product
    product.technique = TermFactory("technique", name_en="Ikat", name_es="Icat")
    product.save()
    cotton = TermFactory(name_en="Cotton", name_es="Algodón")
    product.materials.add(cotton)
    product.variants.get().values.add(OptionValueFactory(name_en="Blue", name_es="Azul"))
    assert is_found("ikat cotton blue craft textiles", "en")
    assert is_found("icat algodon textil", "es")
    assert not is_found("crudo", "es")
    assert Listing.objects.filter(materials=[cotton.code], colours=[]).count() == 1
    cotton.name_es = "Algodón crudo"
    cotton.save()
    assert is_found("algodón crudo", "es")


def test_kin_are_of_the_same_makers_first_and_can_be_had():
    programme, category = ProgrammeFactory(), CategoryFactory()
    ikat = TermFactory("technique")
    kin = {"product__category": category}
    own = on_shelf(consigned=1, product__programme=programme, product__technique=ikat, **kin)
    craft = on_shelf(consigned=1, product__technique=ikat).product
    shelf = on_shelf(consigned=1, **kin).product
    makers = on_shelf(consigned=1, product__programme=programme).product
    both = on_shelf(consigned=1, product__programme=programme, product__technique=ikat).product
    VariantFactory(product__programme=programme)
    on_shelf(consigned=1)
    found = Product.objects.public().kin_of(own.product, most=9, now=timezone.now())
    assert list(found) == [both, makers, craft, shelf]


def test_only_what_can_be_had_is_in_stock():
    here = on_shelf(consigned=1).product
    VariantFactory()
    assert list(Product.objects.in_stock()) == [here]
