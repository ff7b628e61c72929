"""Put pictures into the house, and out of it."""

from datetime import datetime

from django.db import transaction
from PIL import Image

from weintl.background import enqueue

from . import intake, renditions, storing
from .models import Picture, Upload
from .models.pictures import new_folder

RENDER = "weintl.media.tasks.render"


def give(*, picture: Picture, image: Image.Image, now: datetime) -> None:
    """Save `picture` with a canvas of `intake`; its files are made after the commit.

    A picture that had others loses them: caches never see two under one address.
    """
    with transaction.atomic():
        if picture.pk:
            doom(picture=picture, now=now)
        picture.folder = new_folder(picture.people)
        picture.width, picture.height = image.size
        picture.renditions = []
        picture.save()
        _queue(picture, image, now)


def doom(*, picture: Picture, now: datetime) -> None:
    """Have all files of `picture` removed once the caller's transaction commits."""
    claimed = Upload.objects.filter(pk=picture.pk).values_list("claimed_at", flat=True).first()
    # A worker that has claimed it may still write: what it writes goes when its time is over.
    storing.doom(*picture.places(), not_before=claimed + renditions.LEASE if claimed else now)


def _queue(picture: Picture, image: Image.Image, now: datetime) -> None:
    Upload.objects.update_or_create(
        picture=picture,
        defaults={"data": intake.packed(image), "claimed_at": None, "created_at": now},
    )
    enqueue(RENDER, picture_id=picture.pk)


def store(*, key: str, data: bytes, alt_en: str, alt_es: str, now: datetime) -> Picture:
    """Store a picture of nobody under `key` and return it; one that is there stays as it is.

    For the seed: the format that all browsers read is made at once, since no worker runs
    yet; the others follow. Raises NotAPicture.
    """
    kept = Picture.objects.filter(key=key).first()
    if kept:
        return kept
    image = intake.canvas(data)
    folder = new_folder(Picture.People.NONE)
    with transaction.atomic():
        picture = Picture.objects.create(
            key=key,
            folder=folder,
            width=image.width,
            height=image.height,
            renditions=renditions.make(image, folder=folder, have=[], formats=("webp",)),
            alt_en=alt_en,
            alt_es=alt_es,
        )
        _queue(picture, image, now)
    return picture
