"""Files are written once and removed until they are gone."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from weintl.media import storing
from weintl.media.models import Doomed

pytestmark = pytest.mark.django_db


def test_what_lies_under_the_name_is_replaced(storage):
    assert storing.write("pictures/a/400.webp", b"old") == "pictures/a/400.webp"
    assert storing.write("pictures/a/400.webp", b"new") == "pictures/a/400.webp"
    assert [path.read_bytes() for path in storage.rglob("*.webp")] == [b"new"]


def test_a_folder_and_a_single_file_are_removed_and_forgotten(storage, now):
    for name in ("pictures/a/400.webp", "pictures/a/400_x1.webp", "pictures/b.webp"):
        storing.write(name, b"x")
    storing.doom("pictures/a", "pictures/b.webp", "pictures/never", not_before=now)
    assert storing.remove(now=now) == 3
    assert not list(storage.rglob("*.webp"))
    assert not (storage / "pictures/a").exists()
    assert not Doomed.objects.exists()


def test_nothing_is_removed_before_its_time(storage, now):
    storing.write("pictures/a/400.webp", b"x")
    storing.doom("pictures/a", not_before=now + timedelta(minutes=1))
    assert storing.remove(now=now) == 0
    assert list(storage.rglob("*.webp"))


def test_what_cannot_be_removed_is_tried_again(storage, now, monkeypatch, caplog):
    storing.write("pictures/a/400.webp", b"x")
    storing.write("pictures/b/400.webp", b"x")
    storing.doom("pictures/a", "pictures/b", not_before=now)
    real = default_storage.delete

    def away(name):
        if name.startswith("pictures/a"):
            raise RuntimeError("the bucket is away")
        real(name)

    monkeypatch.setattr(default_storage, "delete", away, raising=False)
    storing.remove(now=now)
    assert "media.not_removed" in caplog.text
    assert Doomed.objects.get().path == "pictures/a"
    monkeypatch.undo()
    storing.remove(now=now)
    assert not Doomed.objects.exists()
    assert not list(storage.rglob("*.webp"))
