"""Pictures are sent by name; nothing else of the folder is."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from weintl.media.views import FOR_EVER

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    default_storage.save("pictures/a1.webp", ContentFile(b"RIFF"))
    default_storage.save("secret.txt", ContentFile(b"x"))


def test_a_picture_may_be_kept_for_ever(client, folder):
    answer = client.get("/media/pictures/a1.webp")
    assert b"".join(answer.streaming_content) == b"RIFF"
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/webp", FOR_EVER)


@pytest.mark.parametrize("name", ["..", ".", "a1", "b2.webp", "../secret.txt", "..%2fsecret.txt"])
def test_nothing_else_is_sent(client, folder, name):
    assert client.get(f"/media/pictures/{name}").status_code == 404
