"""What a shopper would miss keeps a product out of the shop."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from marketplace import publishing
from marketplace.models import Product, ProductPicture, SalePrice
from partners.models import SplitRule
from tests.factories.marketplace import AT, ProductFactory, VariantFactory, picture_of
from tests.factories.media import ConsentFactory, PictureFactory
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
        ("weight", "has no weight"),
        ("twins", "differ in nothing"),
        ("consent", "no consent covers the shop"),
        ("rule", "split rule"),
        ("spanish", "missing in Spanish"),
        ("half", "More about the material is missing in English"),
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
    elif lack == "weight":
        product.variants.update(weight_grams=None)
    elif lack == "twins":
        VariantFactory(product=product)
    elif lack == "consent":
        consent = ConsentFactory(scopes=["web"])
        person = PictureFactory(people="seen", consent=consent)
        ProductPicture.objects.create(product=product, picture=person, position=1)
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


def test_a_sale_price_below_what_it_pays_for_is_warned_of_and_leaves_makers_theirs(product):
    variant = product.variants.get()
    SalePrice.objects.create(
        variant=variant, price_amount=1000, starts_at=AT, ends_at=AT + timedelta(days=9)
    )
    (warning,) = publishing.warnings(product, now=AT)
    assert "sale price" in warning
    assert "$1.50" in warning
    assert publishing.warnings(product, now=AT + timedelta(days=9)) == []


def test_texts_that_are_missing_are_named_by_language(product):
    product.care_en, product.name_es = "Wash cool.", ""
    assert publishing.untranslated(product) == {"es": ["name", "care"]}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["weight", "only variant", "words", "picture"])
def test_the_database_keeps_what_is_in_the_shop_whole(product, what):
    publishing.publish(product=product, now=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        if what == "weight":
            product.variants.update(weight_grams=None)
        elif what == "only variant":
            product.variants.all().delete()
        elif what == "words":
            Product.objects.update(description_es="")
        else:
            picture = product.pictures.get().picture
            picture.alt_en, picture.alt_es, picture.is_decorative = "", "", True
            picture.save()
    publishing.withdraw(product=product)
    product.variants.update(weight_grams=None)
    with pytest.raises(IntegrityError):
        Product.objects.update(is_published=True)
