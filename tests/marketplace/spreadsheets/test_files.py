"""A table is seen first, taken over whole or not at all, and changes nothing the second time."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from marketplace import publishing
from marketplace.models import CatalogueFile, Product, Stock, StockCount, Variant
from marketplace.spreadsheets import files
from tests.factories.marketplace import (
    AT,
    CategoryFactory,
    OptionValueFactory,
    ProductFactory,
    TermFactory,
    on_shelf,
    order_of,
    pay,
)
from tests.factories.partners import StaffFactory

pytestmark = pytest.mark.django_db


def bring(kind, data, **values):
    data = data if isinstance(data, bytes) else data.encode()
    actor = values.pop("actor", None) or StaffFactory()
    return files.bring(kind=kind, name="t.csv", data=data, actor=actor, now=AT, **values)


def take(kind, data):
    kept = bring(kind, data)
    assert not kept.findings["errors"], kept.findings["errors"]
    return files.apply(file_id=kept.pk, actor=StaffFactory(), now=AT)


def errors(kind, data):
    return [tuple(each) for each in bring(kind, data).findings["errors"]]


@pytest.mark.parametrize("kind", ["products", "variants"])
def test_what_was_handed_out_comes_back_and_changes_nothing(kind):
    one = OptionValueFactory()
    variant = on_shelf(
        consigned=1, sku="=A", place="Shelf, 1", product__description_en="One\r\ntwo 🧶 "
    )
    variant.values.add(one)
    variant.product.materials.add(TermFactory(), TermFactory())
    found = bring(kind, files.as_csv(kind)).findings
    assert (found["rows"], found["same"], found["changes"], found["errors"]) == (1, 1, [], [])


def test_each_difference_is_shown_then_taken_over_with_who():
    variant = on_shelf(consigned=1, price_amount=2495, sku="A")
    kept = bring("variants", "sku,price,weight_grams,place\nA,26.5,250,B 2\n")
    assert kept.findings["changes"] == [
        [2, "A", "price", "24.95", "26.50"],
        [2, "A", "weight_grams", "240", "250"],
        [2, "A", "place", "", "B 2"],
    ]
    variant.refresh_from_db()
    assert variant.price_amount == 2495
    for _ in range(2):
        files.apply(file_id=kept.pk, actor=kept.brought_by, now=AT)
    variant.refresh_from_db()
    assert (variant.price_amount, variant.weight_grams, variant.place) == (2650, 250, "B 2")
    assert variant.history.count() == 2
    kept.refresh_from_db()
    assert (bytes(kept.content), kept.applied_at) == (b"", AT)
    assert bring("variants", "sku,price\nA,26.5\n").findings["same"] == 1


def test_new_products_are_drafts_and_their_variants_follow():
    category, piece = CategoryFactory(slug_en="weaving"), ProductFactory(is_published=False)
    material = TermFactory(code="wool")
    take(
        "products",
        "code;category;programme;name_en;name_es;description_en;materials\n"
        f'new;weaving;{piece.programme.code};Blue rug;Alfombra azul;"One\ntwo";wool\n',
    )
    new = Product.objects.get(code="new")
    assert (new.category, new.slug_en, new.slug_es) == (category, "blue-rug", "alfombra-azul")
    assert list(new.materials.all()) == [material]
    assert not new.is_published
    assert "Description is missing in Spanish." in publishing.missing(new, now=AT)
    take("variants", "sku,product,price,active\nN-1,new,40,yes\n")
    assert Variant.objects.get(sku="N-1").product == new


def test_errors_name_row_and_column_in_the_readers_language():
    ProductFactory(code="old", slug_en="taken", is_published=False)
    data = (
        "code,category,programme,name_en,slug_en,technique,materials,published,dispatch_days\n"
        'one,none,nobody,One,taken,magic,"wool, x",yes,0\n'
        ",,,,,,,,\n"
        "old,,,,,,,,many\n"
        "old,,,,,,,,\n"
    )
    with override("es"):
        found = errors("products", data)
    assert {(row, column) for row, column, _words in found} >= {
        (2, "category"), (2, "programme"), (2, "technique"), (2, "materials"), (2, "published"),
        (4, "category"), (4, "programme"), (4, "dispatch_days"), (5, "code"),
    }  # fmt: skip
    words = {(row, column): words for row, column, words in found}
    assert words[2, "programme"] == "No hay ningún programa con el código «nobody»."
    assert words[5, "code"] == "«old» está dos veces en el archivo."
    assert Product.objects.count() == 1
    with pytest.raises(files.Wrong):
        files.apply(file_id=CatalogueFile.objects.get().pk, actor=None, now=AT)


@pytest.mark.parametrize(
    ("kind", "data", "column"),
    [
        ("products", "code,name_es\nshown,\n", "name_es"),
        ("products", "code,published\nshown,no\n", "published"),
        ("products", "code,slug_en\nshown,other\n", "slug_en"),
        ("products", "code,dispatch_days\nshown,0\n", "dispatch_days"),
        ("products", "code,slug_en\nshown,no word\n", "slug_en"),
        ("variants", "sku,active\nA,no\n", "active"),
        ("variants", "sku,weight_grams\nA,\n", ""),
        ("variants", "sku,weight_grams\nA,0\n", "weight_grams"),
        ("variants", "sku,price\nA,0\n", "price"),
        ("variants", "sku,price\nA,\n", "price"),
        ("variants", "sku,product\nA,other-one\n", "product"),
        ("variants", "sku,product\nA,nothing\n", "product"),
        ("variants", "sku,choices\nA,colour:none\n", "choices"),
        ("variants", "sku,product,price\nNEW,shown,30\n", ""),
    ],
)
def test_what_keeps_a_product_in_the_shop_cannot_be_taken_away(kind, data, column):
    on_shelf(consigned=1, sku="A", product__code="shown")
    ProductFactory(code="other-one", slug_en="other", is_published=False)
    found = errors(kind, data)
    assert found, "Nothing was refused."
    assert {(row, at) for row, at, _words in found} == {(2, column)}
    assert Product.objects.get(code="shown").is_published


def test_nothing_is_taken_over_if_one_row_is_wrong():
    on_shelf(consigned=1, sku="A")
    kept = bring("variants", "sku,price\nA,30\nB,31\n")
    assert [row for row, _column, _words in kept.findings["errors"]] == [3]
    assert Variant.objects.get(sku="A").price_amount == 2495


def test_a_change_meanwhile_is_shown_instead_of_written_over():
    variant = on_shelf(consigned=1, sku="A")
    kept = bring("variants", "sku,price\nA,30\n")
    Variant.objects.filter(pk=variant.pk).update(price_amount=2800)
    with pytest.raises(files.Differs):
        files.apply(file_id=kept.pk, actor=None, now=AT)
    kept.refresh_from_db()
    assert kept.findings["changes"] == [[2, "A", "price", "28.00", "30.00"]]
    assert Variant.objects.get(pk=variant.pk).price_amount == 2800
    files.apply(file_id=kept.pk, actor=None, now=AT)
    assert Variant.objects.get(pk=variant.pk).price_amount == 3000


def test_a_count_in_a_file_is_booked_as_one_count():
    lost, same = on_shelf(consigned=5, sku="A"), on_shelf(consigned=1, sku="B")
    on_shelf(consigned=9, sku="C")
    text = files.as_csv("count").decode("utf-8-sig")
    text = text.replace("0,5,0,0,,,", "0,5,0,0,,4,lost").replace("0,1,0,0,,,", "0,1,0,0,,1,")
    kept = bring("count", text)
    told = {column: (old, new) for _row, _key, column, old, new in kept.findings["changes"]}
    assert told["consigned"] == ("5", "4")
    assert told["owed to makers"] == ("", "$9.00")
    for _ in range(2):
        files.apply(file_id=kept.pk, actor=None, now=AT)
    assert StockCount.objects.get().lines.count() == 2
    assert Stock.objects.get(variant=lost).consigned == 4
    assert Stock.objects.get(variant=same).consigned == 1


def test_a_sale_after_the_list_was_taken_is_told():
    variant = on_shelf(consigned=5, sku="A")
    listed = files.as_csv("count").decode().replace("0,5,0,0,,,", "0,5,0,0,,4,lost")
    short = bring("count", "sku,consigned,reason\nA,4,lost\n")
    pay(order_of({variant: 1}))
    assert "books changed" in errors("count", listed)[0][2]
    with pytest.raises(files.Differs):
        files.apply(file_id=short.pk, actor=None, now=AT)
    assert Stock.objects.get(variant=variant).consigned == 5


def test_mistakes_of_a_count_are_told():
    on_shelf(consigned=5, sku="A")
    found = errors("count", "sku,consigned,reason\nA,4,\nX,1,\nA,many,\n")
    assert {(row, column) for row, column, _ in found} == {
        (2, "reason"),
        (3, "sku"),
        (4, "consigned"),
    }
    assert "Nothing was counted" in errors("count", "sku,consigned\nA,\n")[0][2]


def test_what_nobody_took_over_goes_after_a_week():
    old = bring("count", "sku,consigned\nA,\n")
    files.bring(kind="count", name="n", data=b"sku\nA\n", actor=None, now=AT + files.KEEP * 2)
    assert not CatalogueFile.objects.filter(pk=old.pk).exists()


def many(number):
    piece = ProductFactory(code="piece", is_published=False)
    rows = [f"S-{n},piece,{n + 1}.50,{100 + n}" for n in range(number)]
    assert piece.pk
    return "sku,product,price,weight_grams\n" + "\n".join(rows) + "\n"


def test_rows_that_are_the_same_cost_no_statements():
    data = many(60)
    take("variants", data)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        bring("variants", data)
    # Two savepoints a row are no work.
    work = [each for each in asked.captured_queries if "SAVEPOINT" not in each["sql"]]
    assert len(work) < 20


@pytest.mark.soak
def test_five_thousand_rows_are_looked_at_and_taken_over_within_bounds():
    begun = time.monotonic()
    take("variants", many(5_000))
    assert Variant.objects.filter(product__code="piece").count() == 5_000
    assert time.monotonic() - begun < 300
