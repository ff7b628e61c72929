"""What runs in the background does what it says, and the beat knows it."""

import pytest
from django.conf import settings as project
from django.utils import timezone

from tests.factories.media import ConsentFactory, image_file
from weintl.media import consents, intake, pictures, storing, tasks
from weintl.media.models import Doomed, Picture, Upload, Withdrawal

pytestmark = pytest.mark.django_db


def test_the_beat_sweeps_and_reminds():
    entries = {entry["task"] for entry in project.CELERY_BEAT_SCHEDULE.values()}
    assert {"weintl.media.tasks.sweep", "weintl.media.tasks.remind"} <= entries


def test_a_picture_is_rendered(storage):
    picture = Picture(key="bowl", alt_en="A bowl", alt_es="Un cuenco")
    pictures.give(picture=picture, image=intake.canvas(image_file()), now=timezone.now())
    tasks.render(picture_id=picture.pk)
    assert not Upload.objects.exists()


def test_the_sweep_hands_out_a_few_and_cleans_up(storage, django_capture_on_commit_callbacks):
    now = timezone.now()
    for number in range(tasks.SWEEP_AT_MOST + 1):
        picture = Picture(key=f"p{number}", alt_en="A bowl", alt_es="Un cuenco")
        pictures.give(picture=picture, image=intake.canvas(image_file()), now=now)
    storing.write("people/x/1.webp", b"x")
    storing.doom("people/x", not_before=now)
    consents.withdraw(code=ConsentFactory().code, now=now)
    with django_capture_on_commit_callbacks() as callbacks:
        tasks.sweep()
    assert len(callbacks) == tasks.SWEEP_AT_MOST
    assert not Doomed.objects.exists()
    assert Withdrawal.objects.get().is_written_down


def test_doomed_files_go(storage):
    storing.write("people/x/1.webp", b"x")
    storing.doom("people/x", not_before=timezone.now())
    tasks.remove_files()
    assert not list(storage.rglob("*.webp"))


def test_reminding_without_consents_does_nothing():
    tasks.remind()
