"""Rows go with their history and their line in the log; what points to them lets go."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from awareness.models import Page
from marketplace.models import Product, ProductPicture
from tests.factories.awareness import PageFactory
from tests.factories.marketplace import ProductFactory
from tests.factories.media import ConsentFactory, PictureFactory
from weintl.accounts.models import User
from weintl.media import erasure

pytestmark = pytest.mark.django_db


def test_history_and_log_go_too():
    page = PageFactory(title_en="Gone for good")
    kept = PageFactory()
    page.title_en = "Changed"
    page.save()
    LogEntry.objects.create(
        user=User.objects.create_user("staff@example.org"),
        content_type=ContentType.objects.get_for_model(Page),
        object_id=str(page.pk),
        object_repr="Gone for good",
        action_flag=2,
    )
    assert erasure.delete(Page.objects.filter(pk=page.pk)) == {"awareness.page": 1}
    assert not LogEntry.objects.exists()
    assert {row.id for row in Page.history.all()} == {kept.pk}


def test_nothing_to_delete_is_nothing():
    assert not erasure.delete(Page.objects.none())


def test_pages_and_products_let_go_of_a_picture_without_history():
    picture = PictureFactory()
    page = PageFactory(picture=picture)
    product = ProductFactory(is_published=False)
    ProductPicture.objects.create(product=product, picture=picture, position=0)
    before = Page.history.count(), Product.history.count()
    assert erasure.let_go(picture) == {"awareness.page": 1, "marketplace.productpicture": 1}
    page.refresh_from_db()
    assert page.picture is None
    assert not product.pictures.exists()
    assert (Page.history.count(), Product.history.count()) == before


def test_every_model_that_rests_on_a_consent_is_known_here():
    """Deleting rows is right for these; another one needs a thought."""
    found = {rows.model._meta.label for _field, rows in erasure.resting_on(ConsentFactory())}
    assert found == {"awareness.Story", "media.Picture"}


def test_every_model_that_shows_a_picture_is_known_here():
    """Those that can do without it keep their row, the others lose it."""
    found = {
        (rows.model._meta.label, field.null) for field, rows in erasure.resting_on(PictureFactory())
    }
    assert found == {
        ("awareness.Page", True),
        ("awareness.Story", True),
        ("donations.Campaign", True),
        ("donations.CampaignUpdate", True),
        ("marketplace.ProductPicture", False),
        ("partners.Partner", True),
        ("partners.Programme", True),
    }
