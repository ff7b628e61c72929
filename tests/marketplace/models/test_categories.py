"""Categories are a tree; the database knows no circles."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from marketplace.models import Category
from tests.factories.marketplace import CategoryFactory, VariantFactory

pytestmark = pytest.mark.django_db


def test_a_category_holds_what_its_children_hold():
    textiles = CategoryFactory()
    weaving, empty = CategoryFactory(parent=textiles), CategoryFactory(parent=textiles)
    scarves = CategoryFactory(parent=weaving)
    VariantFactory(product__category=scarves)
    VariantFactory(product__category=textiles)
    tree = Category.objects.tree()
    assert [(each.pk, each.pieces) for each in tree.roots] == [(textiles.pk, 2)]
    found = tree.named(textiles.slug)
    assert tree.within(found) == [textiles.pk, weaving.pk, scarves.pk]
    assert [each.pk for each in tree.way(tree.by_id[scarves.pk])] == [
        textiles.pk,
        weaving.pk,
        scarves.pk,
    ]
    assert empty.pk not in tree.by_id
    assert scarves.way == [textiles, weaving, scarves]


def test_a_circle_is_refused_by_the_form_and_by_the_database():
    top = CategoryFactory()
    below = CategoryFactory(parent=CategoryFactory(parent=top))
    top.parent = below
    with pytest.raises(ValidationError, match="inside itself"):
        top.clean()
    for parent in (below, top):
        with pytest.raises(IntegrityError), transaction.atomic():
            Category.objects.filter(pk=top.pk).update(parent=parent)
    Category.objects.filter(pk=below.pk).update(parent=None)
