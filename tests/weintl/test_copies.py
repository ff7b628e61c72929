"""Copies hang together as their originals do."""

import pytest

from marketplace.models import Category, Product
from tests.factories.marketplace import ProductFactory
from weintl.copies import Copied, Copier, fresh_uuid, numbered

pytestmark = pytest.mark.django_db


def categories():
    words = ("slug", "slug_en", "slug_es")
    return Copied(
        table="marketplace_category",
        words=lambda moved: {name: numbered(f"t.{name}") for name in words},
    )


def products(**more):
    words = ("code", "slug", "slug_en", "slug_es")
    return Copied(
        table="marketplace_product",
        points={"category_id": "marketplace_category"},
        words=lambda moved: {name: numbered(f"t.{name}") for name in words},
        **more,
    )


def test_each_copy_points_to_its_own_copy():
    originals = [
        ProductFactory(is_published=False, name_en="Scarf"),
        ProductFactory(is_published=False),
    ]
    copier = Copier([categories(), products()], copies=3)
    assert copier.rows == 4
    assert list(copier.run()) == [3]
    assert Category.objects.count() == Product.objects.count() == 8
    copies = Product.objects.filter(code__startswith=f"{originals[0].code}-x").order_by("pk")
    assert [one.code.rpartition("-")[2] for one in copies] == ["x1", "x2", "x3"]
    for number, one in enumerate(copies, start=1):
        assert one.name == "Scarf"
        assert one.category.slug_en == f"{originals[0].category.slug_en}-x{number}"


def test_what_comes_later_has_a_number_of_its_own_and_is_not_copied():
    ProductFactory(is_published=False)
    copier = Copier([categories(), products()], copies=2)
    later = ProductFactory(is_published=False, code="later")
    list(copier.run())
    assert ProductFactory(is_published=False).pk > later.pk
    assert Product.objects.filter(code__startswith="later").count() == 1
    assert Product.objects.count() == 5


def test_rows_that_are_left_out_are_not_copied():
    ProductFactory(is_published=False, code="kept")
    ProductFactory(is_published=False, code="left")
    list(Copier([categories(), products(only="t.code <> 'left'")], copies=2).run())
    assert Product.objects.filter(code__startswith="kept").count() == 3
    assert Product.objects.filter(code__startswith="left").count() == 1


def test_a_new_uuid_is_the_same_wherever_it_is_named():
    assert fresh_uuid("t.a") == "md5(t.a::text || '/' || k)::uuid"
