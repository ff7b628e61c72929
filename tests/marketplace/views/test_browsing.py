"""Lists of the shop: filters with numbers, orders, pages and search, all by plain addresses."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.html import strip_tags

from marketplace import browsing, cards
from marketplace.models import Product
from tests.factories.marketplace import (
    AT,
    CategoryFactory,
    OptionValueFactory,
    TermFactory,
    VariantFactory,
    on_shelf,
)
from weintl.kept.keeping import Parts

pytestmark = pytest.mark.django_db


@pytest.fixture
@transaction.atomic
def shelf():
    """Two scarves, one blue and cheap, and a bowl that is sold out."""
    cotton = TermFactory(code="cotton", name_en="Cotton", name_es="Algodón")
    ikat = TermFactory("technique", code="ikat", name_en="Ikat", name_es="Ikat")
    blue = OptionValueFactory(option__code="colour", code="blue", name_en="Blue", name_es="Azul")
    small = on_shelf(
        consigned=3, price_amount=3200, product__name_en="Neck scarf",
        product__name_es="Pañuelo", product__technique=ikat,
    )  # fmt: skip
    small.values.add(blue)
    large = on_shelf(
        consigned=3, price_amount=6800, product__name_en="River scarf",
        product__name_es="Bufanda del río", product__technique=ikat,
        product__programme=small.product.programme,
    )  # fmt: skip
    bowl = VariantFactory(
        price_amount=5400, product__name_en="Night bowl", product__name_es="Cuenco",
        product__description_en="Of clay.",
    )  # fmt: skip
    bowl.values.add(OptionValueFactory(option=blue.option, code="green"))
    bowl.product.technique = TermFactory("technique", code="wheel")
    bowl.product.save()
    bowl.product.materials.add(TermFactory(code="clay"))
    for variant in (small, large):
        variant.product.materials.add(cotton)
    return small.product, large.product, bowl.product


def found(client, query="", language="en", path="shop/"):
    answer = client.get(f"/{language}/{path}{query}")
    assert answer.status_code == 200
    text = answer.content.decode()
    names = re.findall(r'<h3><a href="[^"]+">([^<]+)</a></h3>', text)
    return names, text


def number_of(text, name, code):
    box = re.search(rf'name="{name}" value="{code}".*?<span class="num">(\d+)</span>', text)
    return int(box[1]) if box else None


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?technique=ikat&sort=price", ["Neck scarf", "River scarf"]),
        ("?technique=ikat&sort=-price", ["River scarf", "Neck scarf"]),
        ("?colour=blue", ["Neck scarf"]),
        ("?price=50-100&sort=price", ["Night bowl", "River scarf"]),
        ("?price=25-50&price=50-100&material=cotton&sort=price", ["Neck scarf", "River scarf"]),
        ("?max=40", ["Neck scarf"]),
        ("?min=33&max=54", ["Night bowl"]),
        ("?stock=1&sort=price", ["Neck scarf", "River scarf"]),
        ("?q=blue+scarf&max=40", ["Neck scarf"]),
        ("?q=scarves&sort=price", ["Neck scarf", "River scarf"]),
        ("?q=cotton&sort=price", ["Neck scarf", "River scarf"]),
        ("?q=bowls", ["Night bowl"]),
        ("?q=nihgt+bwol", ["Night bowl"]),
        ("?q=scarf+xyzzy&sort=price", ["Neck scarf", "River scarf"]),
        ("?q=blue+bowl&sort=price", ["Neck scarf", "Night bowl"]),
        ("?q=xyzzy", []),
        ("?colour=blue&technique=none", []),
    ],
)
def test_an_address_says_what_is_shown(client, shelf, query, names):
    assert found(client, query)[0] == names


@pytest.mark.parametrize("typed", ["pañuelos", "panuelo", "PAÑUELO", "algodon azul", "pauñelo"])
def test_spanish_is_found_with_plurals_without_accents_and_with_slips(client, shelf, typed):
    assert "Pañuelo" in found(client, f"?q={typed}", language="es")[0]


def test_each_choice_says_how_many_it_would_leave(client, shelf):
    names, text = found(client, "?technique=ikat&price=25-50")
    assert names == ["Neck scarf"]
    # Of the price, all bands of what is ikat; of the technique, all in the band.
    assert number_of(text, "price", "50-100") == 1
    assert number_of(text, "technique", "ikat") == 1
    _names, text = found(client)
    assert number_of(text, "technique", "ikat") == 2
    assert number_of(text, "colour", "blue") == 1
    assert number_of(text, "stock", "1") == 2
    assert number_of(text, "material", "cotton") == 2


def test_a_chosen_filter_can_be_taken_away_and_stays_through_pages(client, shelf):
    for _ in range(21):
        on_shelf(consigned=1)
    _names, text = found(client, "?stock=1&sort=price")
    assert 'href="/en/shop/?sort=price"' in text
    assert 'href="/en/shop/?stock=1&amp;sort=price&amp;page=2"' in text


@pytest.mark.parametrize(
    "query",
    ["?sort=x&page=1", "?technique=" + "a" * 99, "?min=-5&max=1e9", "?price=9-1", "?q=%20",
     "?q=%27)%3B--", "?stock=2", "?colour=%F0%9F%98%80", "?q=%F0%9F%98%80+" + "x" * 300],
)  # fmt: skip
def test_odd_addresses_are_answered(client, shelf, query):
    found(client, query)


def test_only_plain_lists_are_for_search_engines(client, shelf, settings):
    settings.SITE_URL = "https://we.example"
    plain = found(client)[1]
    assert '<link rel="canonical" href="https://we.example/en/shop/">' in plain
    assert "noindex" not in plain
    for query in ("?stock=1", "?q=scarf", "?sort=price", "?max=40"):
        text = found(client, query)[1]
        assert 'content="noindex, follow"' in text
        assert "canonical" not in text
    answer = client.get("/en/shop/?stock=1")
    assert answer["Cache-Control"] == "public, max-age=60"
    assert not answer.cookies


def test_a_category_shows_what_is_below_it_with_the_way_there(client, shelf):
    above = CategoryFactory(name_en="Textiles", slug_en="textiles")
    below = CategoryFactory(name_en="Weaving", slug_en="weaving", parent=above)
    Product.objects.filter(pk__in=[each.pk for each in shelf[:2]]).update(category=below)
    names, text = found(client, path="shop/c/textiles/")
    assert sorted(names) == ["Neck scarf", "River scarf"]
    assert 'href="/en/shop/c/weaving/"' in text
    way = strip_tags(found(client, path="shop/c/weaving/")[1].split("<ol>")[1].split("</ol>")[0])
    assert way == "HomeShopTextiles"
    product = client.get(shelf[0].get_absolute_url()).content.decode()
    assert "Textiles" in product.split("<ol>")[1].split("</ol>")[0]


@pytest.mark.parametrize("query", ["?technique=ikat&stock=1", "?q=scarf", "?q=scrafs"])
def test_the_number_of_statements_does_not_depend_on_the_number_of_pieces(
    client, shelf, django_assert_max_num_queries, query
):
    with django_assert_max_num_queries(40) as few:
        found(client, query)
    for _ in range(9):
        on_shelf(consigned=1, product__technique=shelf[0].technique, product__name_en="A scarf")
    with django_assert_max_num_queries(len(few)):
        found(client, query)
    assert len(few) <= 14


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("query", "statements"),
    [("?sort=price", 3), ("?technique=ikat&stock=1", 3), ("?q=scarf", 4), ("?q=scarf&min=10", 4),
     ("?q=scrafs", 5), ("?q=nihgt+bwol", 5), ("?q=blue+bowl", 5), ("?q=xyzzy", 2)],
)  # fmt: skip
def test_a_warm_process_asks_little(client, shelf, query, statements, django_assert_num_queries):
    # The mark of all content, what the words found, what was meant, the pieces, their cards.
    found(client, query)
    # Another address each time: no kept page answers.
    with pytest.MonkeyPatch.context() as patched, django_assert_num_queries(statements):
        patched.setattr(cards, "kept", Parts(room=9))
        names, _text = found(client, f"{query}&n=1")
    with django_assert_num_queries(statements - bool(names)):
        found(client, f"{query}&n=2")


def test_what_is_hidden_does_not_count_as_found(client, shelf):
    hidden = on_shelf(consigned=1, product__name_en="Blue bowl of wood").product
    assert found(client, "?q=blue+bowl")[0] == ["Blue bowl of wood"]
    hidden.programme.is_active = False
    hidden.programme.save()
    assert found(client, "?q=blue+bowl&sort=price")[0] == ["Neck scarf", "Night bowl"]


@pytest.mark.parametrize("many", [1, 10_000])
def test_the_newest_are_the_same_however_they_are_met(client, shelf, many, monkeypatch):
    monkeypatch.setattr(browsing, "MANY", many)
    monkeypatch.setattr(browsing, "RANKED", 1)
    newest = on_shelf(
        consigned=1, product__name_en="Last scarf", product__published_at=AT + timedelta(days=9)
    )
    assert found(client, "?q=scarf")[0][0] == newest.product.name_en


def test_it_is_said_what_was_searched_instead(client, shelf):
    text = found(client, "?q=nihgt+bwol")[1]
    assert "Showing results for “night bowl”." in text
    assert 'value="nihgt bwol"' in text
    assert "All of these" not in text
    assert "has all of these words: “blue bowl”" in found(client, "?q=blue+bowl")[1]
    assert "Mostramos resultados de «pañuelo»." in found(client, "?q=pauñelo", language="es")[1]
    assert "instead" not in found(client, "?q=scarf")[1]


def test_of_very_many_only_the_newest_are_ranked_and_the_page_says_so(client, shelf, monkeypatch):
    monkeypatch.setattr(browsing, "RANKED", 2)
    for n in range(3):
        VariantFactory(
            product__name_en=f"Shawl {n}", product__description_en="A shawl.",
            product__published_at=AT + timedelta(days=n),
        )  # fmt: skip
    Product.objects.filter(name_en="Shawl 1").update(by_line_en="Shawl of shawls")
    names, text = found(client, "?q=shawls")
    assert names == ["Shawl 1", "Shawl 2"]
    assert "The newest 2 are in order of best match" in text


def test_paused_programmes_are_neither_listed_nor_counted(client, shelf):
    programme = shelf[2].programme
    programme.is_active = False
    programme.save()
    for query in ("?sort=price", "?q=scarves&sort=price", "?colour=green&colour=blue&sort=price"):
        names, text = found(client, query)
        assert "Night bowl" not in names
        assert number_of(text, "technique", "wheel") is None
