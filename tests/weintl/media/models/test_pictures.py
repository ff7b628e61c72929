"""No picture of people without a consent, none without words."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from tests.factories.media import ConsentFactory, PictureFactory
from weintl.media.models import Picture

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"people": "seen"}, "needs a consent"),
        ({"people": "face"}, "needs a consent"),
        ({"alt_es": ""}, "in both languages"),
        ({"alt_en": None}, "in both languages"),
    ],
)
def test_the_table_refuses(change, message):
    with pytest.raises(ValidationError, match=message):
        PictureFactory.build(**change).validate_constraints()
    with pytest.raises(IntegrityError):
        PictureFactory(**change)


def test_a_decorative_picture_needs_no_words():
    PictureFactory(alt_en="", alt_es="", is_decorative=True)


def test_people_never_lie_where_caches_keep_files():
    with pytest.raises(IntegrityError):
        PictureFactory(people="seen", consent=ConsentFactory(), folder="pictures/x")


@pytest.mark.parametrize(
    ("people", "face", "scope", "public"),
    [
        ("none", None, "web", True),
        ("seen", False, "web", True),
        ("seen", False, "press", False),
        ("face", False, "web", False),
        ("face", True, "web", True),
        ("face", True, "press", False),
    ],
)
def test_people_are_shown_as_far_as_the_consent_goes(now, people, face, scope, public):
    consent = None
    if people != "none":
        consent = ConsentFactory(shows_face=face, risk_assessed_on=now.date())
    picture = PictureFactory(people=people, consent=consent)
    assert Picture.objects.public(now=now, scope=scope).exists() is public
    assert picture.may_be_seen(now=now, scope=scope) is public


def test_files_come_smallest_first():
    picture = PictureFactory()
    assert [file.width for file in picture.files("avif")] == [400, 800, 1200]
    assert picture.thumbnail.width == 400
    assert picture.largest.width == 1200
    assert PictureFactory(renditions=[]).thumbnail is None
    assert PictureFactory(renditions=[]).largest is None


def test_files_of_former_times_are_known_too():
    picture = PictureFactory()
    picture.renditions.append(
        {"format": "webp", "width": 1, "height": 1, "name": "pictures/o.webp"}
    )
    assert list(picture.places()) == [picture.folder, "pictures/o.webp"]
