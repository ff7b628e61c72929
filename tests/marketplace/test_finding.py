import pytest
from django.utils import timezone, translation

from marketplace.models import Product
from tests.factories.marketplace import on_shelf
from weintl.search.searching import search
from weintl.search.words import read

pytestmark = pytest.mark.django_db


def hits(typed: str, language: str = "en"):
    with translation.override(language):
        answer = search(read(typed, language=language), now=timezone.now(), only="products")
        return [hit for group in answer.groups for hit in group.hits]


@pytest.fixture
def basket(now) -> Product:
    product = on_shelf(consigned=1, now=now).product
    Product.objects.filter(pk=product.pk).update(
        name_en="Market basket", name_es="Canasta de mercado", slug_es="canasta",
        made_by_en="Weavers of palm.", made_by_es="",
    )  # fmt: skip
    return product


def test_a_product_is_found_in_both_languages_with_its_price(basket):
    (hit,) = hits("baskets")
    assert hit.title == "Market basket"
    assert hit.detail.startswith("$") or "USD" in hit.detail
    (hit,) = hits("canastas", "es")
    assert hit.url == "/es/shop/p/canasta/"


def test_a_slip_of_the_finger_and_a_missing_translation_are_no_hindrance(basket):
    assert hits("canatsa", "es")
    assert hits("palm", "es")


def test_only_what_the_shop_shows_is_found(basket):
    Product.objects.update(is_published=False)
    assert hits("basket") == []
    assert hits("baksets") == []
