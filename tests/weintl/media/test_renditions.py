"""Each picture gets its files, once, however often workers begin and die."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from tests.factories.media import ConsentFactory, image_file, telling_jpeg
from weintl.media import intake, pictures, renditions, storing
from weintl.media.models import Doomed, Picture, Upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture(storage, now):
    """A picture that waits for its files."""
    made = Picture(key="bowl", alt_en="A bowl", alt_es="Un cuenco")
    pictures.give(picture=made, image=intake.canvas(telling_jpeg()), now=now)
    return made


def files(storage):
    return sorted(str(path.relative_to(storage)) for path in storage.rglob("*") if path.is_file())


def test_widths_end_with_the_picture_s_own():
    assert renditions.widths(1600) == [400, 800, 1200, 1600]
    assert renditions.widths(1200) == [400, 800, 1200]
    assert renditions.widths(90) == [90]


def test_two_formats_in_each_width_with_their_true_size(picture, storage, now):
    assert files(storage) == []
    assert renditions.render(picture_id=picture.pk, now=now)
    picture.refresh_from_db()
    assert {(row["format"], row["width"]) for row in picture.renditions} == {
        (kind, width) for kind in ("webp", "avif") for width in (400, 800, 1200)
    }
    assert files(storage) == sorted(row["name"] for row in picture.renditions)
    for row in picture.renditions:
        image = Image.open(storage / row["name"])
        assert image.format == row["format"].upper()
        assert image.size == (row["width"], row["height"])
    assert (picture.width, picture.height) == (1200, 1600)


def test_no_original_and_nothing_that_it_told_is_kept(picture, storage, now):
    renditions.render(picture_id=picture.pk, now=now)
    assert not Upload.objects.exists()
    for name in files(storage):
        data = (storage / name).read_bytes()
        assert b"secret" not in data
        assert not Image.open(BytesIO(data)).getexif()


def test_names_say_nothing_and_are_never_used_twice(picture, storage, now):
    first = picture.folder
    assert "bowl" not in first
    renditions.render(picture_id=picture.pk, now=now)
    pictures.give(picture=picture, image=intake.canvas(image_file()), now=now)
    assert picture.folder != first
    storing.remove(now=now)
    assert not [name for name in files(storage) if name.startswith(first)]


def test_a_second_worker_leaves_it_to_the_first(picture, now):
    Upload.objects.update(claimed_at=now)
    assert not renditions.render(picture_id=picture.pk, now=now + timedelta(minutes=1))


def test_what_a_killed_worker_left_is_made_again(picture, storage, now):
    Upload.objects.update(claimed_at=now)
    half = storage / picture.folder / "400.webp"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half a file")
    later = now + renditions.LEASE + timedelta(seconds=1)
    assert renditions.waiting(now=later).exists()
    assert renditions.render(picture_id=picture.pk, now=later)
    picture.refresh_from_db()
    assert len(files(storage)) == len(picture.renditions) == 6
    assert Image.open(half).size == (400, 533)


def test_rendered_twice_is_rendered_once(picture, storage, now):
    assert renditions.render(picture_id=picture.pk, now=now)
    before = files(storage)
    assert not renditions.render(picture_id=picture.pk, now=now)
    assert files(storage) == before


def test_files_made_while_a_picture_goes_away_are_removed(picture, storage, now, monkeypatch):
    make = renditions.make

    def late(*args, **kwargs):
        rows = make(*args, **kwargs)
        Picture.objects.filter(pk=picture.pk).delete()
        return rows

    monkeypatch.setattr(renditions, "make", late)
    assert not renditions.render(picture_id=picture.pk, now=now)
    assert files(storage)
    storing.remove(now=now)
    assert not files(storage)
    assert not Doomed.objects.exists()


def test_what_the_seed_made_is_kept_and_completed(storage, now):
    picture = pictures.store(key="x", data=image_file((900, 900)), alt_en="x", alt_es="x", now=now)
    assert {row["format"] for row in picture.renditions} == {"webp"}
    stamp = (storage / picture.renditions[0]["name"]).stat().st_mtime_ns
    renditions.render(picture_id=picture.pk, now=now)
    picture.refresh_from_db()
    assert len(picture.files("avif")) == len(picture.files("webp")) == 3
    assert (storage / picture.renditions[0]["name"]).stat().st_mtime_ns == stamp


def test_pictures_of_people_lie_where_no_cache_keeps_them(storage, now):
    picture = Picture(
        key="hands", people="seen", consent=ConsentFactory(), alt_en="Hands", alt_es="Manos"
    )
    pictures.give(picture=picture, image=intake.canvas(image_file()), now=now)
    assert picture.folder.startswith("people/")
