"""Pictures come into the house with their files to be made, and leave it with them."""

from datetime import timedelta

import pytest

from tests.factories.media import image_file
from weintl.media import intake, pictures, renditions
from weintl.media.models import Doomed, Picture, Upload

pytestmark = pytest.mark.django_db


def test_the_seed_stores_a_picture_once(storage, now):
    first = pictures.store(key="bowl", data=image_file(), alt_en="Bowl", alt_es="Cuenco", now=now)
    again = pictures.store(key="bowl", data=b"other", alt_en="x", alt_es="x", now=now)
    assert first.pk == again.pk
    assert Picture.objects.count() == 1
    assert first.thumbnail is not None


def test_a_picture_given_waits_for_its_files(storage, now):
    picture = Picture(key="bowl", alt_en="Bowl", alt_es="Cuenco")
    pictures.give(picture=picture, image=intake.canvas(image_file()), now=now)
    assert picture.renditions == []
    assert Upload.objects.get().picture_id == picture.pk


def test_files_are_removed_after_a_worker_that_still_writes(storage, now):
    picture = Picture(key="bowl", alt_en="Bowl", alt_es="Cuenco")
    pictures.give(picture=picture, image=intake.canvas(image_file()), now=now)
    Upload.objects.update(claimed_at=now - timedelta(minutes=1))
    pictures.doom(picture=picture, now=now)
    assert Doomed.objects.get().not_before == now - timedelta(minutes=1) + renditions.LEASE
