"""Each invariant of media finds what breaks it, and nothing in good order."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests.factories.media import ConsentFactory, PictureFactory
from weintl.media import invariants
from weintl.media.models import ConsentRecord, Doomed, Picture
from weintl.media.models.consents import ConsentRecordQuerySet

pytestmark = pytest.mark.django_db


def without(table: str, constraint: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")


def test_good_order_breaks_nothing():
    PictureFactory()
    PictureFactory(people="seen", consent=ConsentFactory())
    ConsentFactory(given_by="guardian")
    for check in invariants.CHECKS:
        assert list(check()) == []


def test_a_picture_of_people_without_consent_is_found():
    without("media_picture", "picture_of_people_has_consent")
    PictureFactory(people="face", key="lost")
    assert "lost" in next(invariants.check_pictures_of_people_have_a_consent())


def test_a_public_picture_whose_consent_does_not_cover_it_is_found(monkeypatch):
    consent = ConsentFactory(expires_on=timezone.localdate() - timedelta(days=1))
    PictureFactory(people="seen", consent=consent, key="late")
    assert not list(invariants.check_pictures_of_people_have_a_consent())
    # As if somebody had taken the time out of the one public queryset.
    monkeypatch.setattr(ConsentRecordQuerySet, "valid", lambda rows, *, now, scope: rows)
    assert "late" in next(invariants.check_pictures_of_people_have_a_consent())


def test_a_minor_who_can_be_recognised_is_found():
    without("media_consentrecord", "consent_no_minor_identifiable")
    consent = ConsentFactory(given_by="guardian", place="region")
    assert consent.code in next(invariants.check_no_minor_can_be_recognised())


def test_what_rests_on_a_withdrawn_consent_is_found():
    PictureFactory(people="seen", consent=ConsentFactory())
    ConsentRecord.objects.update(withdrawn_at=timezone.now())
    assert "1 pictures" in next(invariants.check_nothing_rests_on_a_withdrawn_consent())
    assert Picture.objects.public(now=timezone.now()).count() == 0


def test_files_that_stay_are_found():
    Doomed.objects.create(path="people/x", not_before=timezone.now() - timedelta(days=2))
    assert "1 folders" in next(invariants.check_doomed_files_are_gone())


def test_a_figure_in_an_alternative_text_is_found():
    picture = PictureFactory(key="counted")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE media_picture SET alt_es = 'Son 27 millones' WHERE id = %s", [picture.pk]
        )
    (sentence,) = invariants.check_alternative_texts_state_no_figure()
    assert "counted holds 27 millones" in sentence
