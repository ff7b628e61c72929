"""Pages of the shop that anybody may cache."""

import pytest
from django.test import Client

from marketplace.models import Product
from tests.factories.marketplace import (
    CategoryFactory,
    ProductFactory,
    VariantFactory,
    on_shelf,
    picture_of,
)
from tests.factories.partners import take_step

pytestmark = pytest.mark.django_db


def fill(count, **more):
    made = []
    for _ in range(count):
        variant = on_shelf(consigned=2, **more)
        picture_of(variant.product)
        picture_of(variant.product, position=1)
        made.append(variant.product)
    return made


@pytest.mark.parametrize("count", [1, 19])
def test_the_list_takes_at_most_six_queries_however_many_pieces(
    client, django_assert_max_num_queries, count
):
    fill(count)
    # What looks are is read once a process.
    client.get("/en/shop/?sort=price")
    with django_assert_max_num_queries(6):
        answer = client.get("/en/shop/")
    assert answer.content.decode().count('class="good"') == count


@pytest.mark.parametrize("others", [0, 8])
def test_a_product_takes_at_most_five_queries_however_many_others(
    client, django_assert_max_num_queries, others
):
    (product,) = fill(1)
    if others:
        fill(others, product__programme=product.programme)
    with django_assert_max_num_queries(5):
        assert client.get(product.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("path", ["/en/shop/", "/en/shop/c/{0}/", "/en/shop/p/{1}/"])
def test_readers_get_no_cookie_and_caches_may_keep_the_page(path):
    (product,) = fill(1)
    client = Client()
    answer = client.get(path.format(product.category.slug_en, product.slug_en))
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer["Cache-Control"] == "public, max-age=60"
    assert "Cookie" not in answer.get("Vary", "")


def test_twenty_pieces_a_page_newest_first(client):
    fill(21)
    first, second = client.get("/en/shop/"), client.get("/en/shop/?page=2")
    assert first.content.decode().count('class="good"') == 20
    assert second.content.decode().count('class="good"') == 1
    for page in ("3", "0", "x"):
        assert client.get(f"/en/shop/?page={page}").status_code == 404


def test_a_category_shows_its_own_pieces_and_an_empty_one_is_not_offered(client):
    (product,), (other,) = fill(1), fill(1)
    empty = CategoryFactory()
    answer = client.get(product.category.get_absolute_url())
    assert product.name in answer.content.decode()
    assert other.slug_en not in answer.content.decode()
    assert empty.name_en not in client.get("/en/shop/").content.decode()
    assert client.get(f"/en/shop/c/{empty.slug_en}/").status_code == 404


def test_a_product_shows_price_parts_programme_and_words_for_its_pictures(client):
    (product,) = fill(1)
    text = client.get(product.get_absolute_url()).content.decode()
    for words in ("$24.95", "$9.00", "Pay to the makers", "Long-term care", "A folded scarf"):
        assert words in text
    assert product.programme.name in text
    assert 'name="sku"' in text
    assert "csrfmiddlewaretoken" not in text


def test_a_product_is_told_in_spanish_too(client):
    (product,) = fill(1)
    text = client.get(f"/es/shop/p/{product.slug_es}/").content.decode()
    assert product.name_es in text
    assert "24,95" in text
    assert f"/en/shop/p/{product.slug_en}/" in text


@pytest.mark.parametrize("is_one_of_a_kind", [True, False])
def test_a_sold_out_product_keeps_its_page_without_a_button(client, is_one_of_a_kind):
    product = VariantFactory(product__is_one_of_a_kind=is_one_of_a_kind).product
    answer = client.get(product.get_absolute_url())
    assert answer.status_code == 200
    words = ">Sold</span>" if is_one_of_a_kind else ">Sold out</span>"
    assert words in answer.content.decode()
    assert 'name="sku"' not in answer.content.decode()


@pytest.mark.parametrize("change", ["unpublished", "partner", "programme"])
def test_what_the_shop_does_not_show_is_not_found(client, change):
    (product,) = fill(1)
    programme = product.programme
    if change == "unpublished":
        Product.objects.update(is_published=False)
    elif change == "partner":
        take_step(programme.partner, "paused")
    else:
        programme.is_active = False
        programme.save()
    assert client.get(f"/en/shop/p/{product.slug_en}/").status_code == 404
    assert product.slug_en not in client.get("/en/shop/").content.decode()


def test_the_other_languages_word_leads_to_the_page(client):
    (product,) = fill(1)
    answer = client.get(f"/es/shop/p/{product.slug_en}/")
    assert (answer.status_code, answer["Location"]) == (301, f"/es/shop/p/{product.slug_es}/")
    category = product.category
    answer = client.get(f"/es/shop/c/{category.slug_en}/")
    assert answer["Location"] == f"/es/shop/c/{category.slug_es}/"


def test_a_changed_word_leads_on_for_ever(client):
    (product,) = fill(1)
    old = product.slug_en
    for slug in ("second-name", "third-name"):
        product.slug_en = slug
        product.save()
    for former in (old, "second-name"):
        answer = client.get(f"/en/shop/p/{former}/")
        assert (answer.status_code, answer["Location"]) == (301, "/en/shop/p/third-name/")
    assert client.get("/en/shop/p/never-was/").status_code == 404


def test_a_product_without_a_rule_promises_nothing(client):
    product = on_shelf(consigned=1, product__rule=False).product
    text = client.get(product.get_absolute_url()).content.decode()
    assert 'id="pays"' not in text


def test_an_empty_shop_says_so(client):
    ProductFactory(is_published=False, published_at=None)
    assert "no pieces here yet" in client.get("/en/shop/").content.decode()
