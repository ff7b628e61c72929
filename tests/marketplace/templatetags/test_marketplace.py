"""What other apps' pages show of the shop."""

import pytest
from django.template import Context, Template

from marketplace.models import Product
from tests.factories.marketplace import VariantFactory, on_shelf, picture_of
from tests.factories.partners import ProgrammeFactory

pytestmark = pytest.mark.django_db


def render(text, **context):
    return Template("{% load marketplace %}" + text).render(Context(context))


def fill(count, **more):
    made = [on_shelf(consigned=1, **more).product for _ in range(count)]
    for product in made:
        picture_of(product)
    return made


def test_featured_pieces_can_be_bought_and_bring_a_cloth(django_assert_num_queries):
    fill(6)
    gone = VariantFactory().product
    with django_assert_num_queries(1):
        text = render("{% featured_products %}")
    assert text.count('class="good"') == 4
    assert gone.name not in text
    assert 'class="cloth"' in text


def test_an_empty_shop_features_nothing():
    assert render("{% featured_products %}").strip() == ""


def test_a_programme_shows_its_own_pieces(django_assert_num_queries):
    (own,) = fill(1)
    fill(2, product__programme=own.programme)
    (other,) = fill(1)
    with django_assert_num_queries(1):
        text = render("{% programme_products programme %}", programme=own.programme)
    assert text.count('class="good"') == 3
    assert other.slug_en not in text


def test_an_unpublished_piece_is_shown_nowhere():
    (product,) = fill(1)
    Product.objects.update(is_published=False)
    assert product.slug_en not in render("{% featured_products %}")
    text = render("{% programme_products programme %}", programme=product.programme)
    assert product.slug_en not in text


def test_a_partner_shows_the_pieces_of_all_its_programmes(django_assert_num_queries):
    (own,) = fill(1)
    second = ProgrammeFactory(partner=own.programme.partner)
    fill(1, product__programme=second)
    (other,) = fill(1)
    with django_assert_num_queries(1):
        text = render("{% partner_products partner %}", partner=own.programme.partner)
    assert text.count('class="good"') == 2
    assert other.name not in text
