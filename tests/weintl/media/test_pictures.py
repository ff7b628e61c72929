"""Pictures keep their pixels and nothing else."""

from io import BytesIO

import pytest
from PIL import Image

from weintl.media import pictures
from weintl.media.models import Picture


def jpeg_with_position() -> bytes:
    image = Image.new("RGB", (1600, 2000), "navy")
    exif = Image.Exif()
    exif[0x010E] = "secret house"
    exif.get_ifd(0x8825)[2] = (12.0, 34.0, 56.0)
    out = BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"secret comment")
    return out.getvalue()


def test_place_comment_and_description_are_removed():
    before = jpeg_with_position()
    assert b"secret" in before
    after = pictures.rendition(before, width=600).read()
    assert b"secret" not in after
    image = Image.open(BytesIO(after))
    assert image.format == "WEBP"
    assert image.size == (600, 750)
    assert not image.getexif()


@pytest.mark.parametrize("data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a"])
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(pictures.NotAPicture):
        pictures.rendition(data, width=600)


def test_kinds_that_keep_tags_are_refused():
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "TIFF")
    with pytest.raises(pictures.NotAPicture):
        pictures.rendition(out.getvalue(), width=600)


@pytest.mark.django_db
def test_a_picture_is_stored_once_and_served_for_ever(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    first = pictures.store(key="bowl", full=jpeg_with_position(), alt_en="Bowl", alt_es="Cuenco")
    again = pictures.store(key="bowl", full=b"other", alt_en="x", alt_es="x")
    assert first.pk == again.pk
    assert Picture.objects.count() == 1
    answer = client.get(first.small.url)
    assert answer.status_code == 200
    assert "immutable" in answer["Cache-Control"]
    assert client.get("/media/pictures/none.webp").status_code == 404
    assert client.get("/media/pictures/../environment").status_code == 404
