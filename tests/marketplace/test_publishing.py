"""What a shopper would miss keeps a product out of the shop."""

import pytest

from marketplace import publishing
from marketplace.models import Product
from partners.models import SplitRule
from tests.factories.marketplace import AT, ProductFactory, VariantFactory, picture_of
from tests.factories.partners import take_step

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    made = VariantFactory(product__is_published=False, product__published_at=None).product
    picture_of(made)
    return made


def test_a_complete_product_goes_into_the_shop_and_out_of_it(product):
    publishing.publish(product=product, now=AT)
    assert list(Product.objects.public()) == [product]
    assert product.published_at == AT
    publishing.withdraw(product=product)
    assert not Product.objects.public()


@pytest.mark.parametrize(
    ("lack", "words"),
    [
        ("picture", "no picture"),
        ("price", "no price"),
        ("rule", "split rule"),
        ("spanish", "missing in Spanish"),
        ("half", "Material is missing in English"),
        ("alt", "alternative text"),
        ("partner", "not active"),
        ("currency", "another currency"),
    ],
)
def test_what_is_missing_is_named_and_keeps_it_out(product, lack, words):
    if lack == "picture":
        product.pictures.all().delete()
    elif lack == "price":
        product.variants.update(is_active=False)
    elif lack == "rule":
        product = ProductFactory(rule=False, is_published=False, published_at=None)
        VariantFactory(product=product)
        picture_of(product)
    elif lack == "spanish":
        product.description_es = ""
    elif lack == "half":
        product.material_es = "Lana"
    elif lack == "alt":
        picture = product.pictures.get().picture
        # The database lets only a decorative picture have none, and a piece is no decoration.
        picture.alt_en, picture.alt_es, picture.is_decorative = "", "", True
        picture.save()
    elif lack == "partner":
        take_step(product.programme.partner, "paused")
    else:
        product.variants.update(currency="eur")
    with pytest.raises(publishing.NotReady, match=words) as refusal:
        publishing.publish(product=product, now=AT)
    assert len(refusal.value.missing) == 1
    product.refresh_from_db()
    assert not product.is_published


def test_a_price_below_what_it_pays_for_is_warned_of(product):
    assert publishing.warnings(product, now=AT) == []
    product.variants.update(price_amount=1000)
    (warning,) = publishing.warnings(product, now=AT)
    assert "$1.50" in warning
    product.variants.update(price_amount=2495)
    assert SplitRule.objects.count() == 1
