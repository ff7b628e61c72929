"""The demonstration's shop is whole, in both languages, and overwrites nothing."""

import shutil

import pytest
from django.utils import timezone

import marketplace.seed
import partners.seed
from marketplace import invariants, publishing
from marketplace.models import Category, Product, SalePrice, Stock, StockMove, Variant
from weintl.staff import demo

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    now = timezone.now()
    author, approver = demo.load_people()
    partners.seed.load(now=now, author=author, approver=approver)
    marketplace.seed.load(now=now)
    return now


def test_fourteen_pieces_of_four_programmes_are_fit_to_be_shown(loaded):
    products = list(Product.objects.public())
    assert len(products) == 14
    tree = Category.objects.tree()
    assert next((root.slug_en, root.pieces) for root in tree.roots) == ("textiles", 10)
    assert (len(tree.roots), len(tree.by_id)) == (3, 6)
    assert len({product.programme_id for product in products}) == 4
    for product in products:
        assert publishing.missing(product, now=loaded) == []
        assert publishing.warnings(product, now=loaded) == []
        assert product.pictures.count() >= 2
        assert product.technique
        assert product.materials.exists()
    assert sum(product.is_one_of_a_kind for product in products) == 3
    assert {v.name_es for v in Variant.objects.filter(sku__startswith="IKAT")} == {"Azul", "Rojo"}
    assert SalePrice.objects.at(loaded).count() == 1
    assert Stock.objects.filter(owned__gt=0).exists()
    for check in invariants.CHECKS:
        assert list(check()) == []


def test_loading_again_keeps_what_staff_have_changed(loaded):
    Product.objects.filter(code="ikat").update(name_en="Another name", is_published=False)
    moves = StockMove.objects.count()
    marketplace.seed.load(now=loaded)
    product = Product.objects.get(code="ikat")
    assert (product.name_en, product.is_published) == ("Another name", False)
    assert (Product.objects.count(), StockMove.objects.count()) == (14, moves)


def test_a_load_that_was_cut_short_is_completed_by_the_next(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    now = timezone.now()
    author, approver = demo.load_people()
    partners.seed.load(now=now, author=author, approver=approver)
    whole, cut = marketplace.seed.FOLDER, tmp_path / "cut"
    shutil.copytree(whole, cut)
    (cut / "pictures" / "kilim-detail.webp").unlink()
    monkeypatch.setattr(marketplace.seed, "FOLDER", cut)
    with pytest.raises(FileNotFoundError):
        marketplace.seed.load(now=now)
    assert not Product.objects.filter(code="kilim").exists()
    monkeypatch.setattr(marketplace.seed, "FOLDER", whole)
    marketplace.seed.load(now=now)
    assert Product.objects.filter(variants__isnull=False).distinct().count() == 14
    assert all(product.pictures.count() >= 2 for product in Product.objects.all())
    assert Stock.objects.exclude(owned=0, consigned=0).count() == 16
