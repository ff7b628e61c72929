"""Make the files of a picture: two formats, several widths, as often as it takes."""

import logging
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from PIL import Image

from . import storing
from .models import Picture, Upload

logger = logging.getLogger(__name__)
WIDTHS = (400, 800, 1200)
FORMATS: dict[str, dict[str, Any]] = {
    # Everybody reads this one; it comes first, so that something can be shown soon.
    "webp": {"quality": 80, "method": 4},
    "avif": {"quality": 55, "speed": 8, "max_threads": 1},
}
# After so long a worker that has claimed a picture is taken for dead.
LEASE = timedelta(minutes=10)


def widths(width: int) -> list[int]:
    """Return the widths to make of a picture that is `width` pixels wide."""
    return [*(step for step in WIDTHS if step < width), width]


def make(
    image: Image.Image, *, folder: str, have: list[dict[str, Any]], formats: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Write what is missing of `image` below `folder`; return all renditions as stored rows."""
    made = list(have)
    known = {(row["format"], row["width"]) for row in have}
    for kind in formats:
        for width in widths(image.width):
            if (kind, width) in known:
                continue
            height = max(1, round(image.height * width / image.width))
            out = BytesIO()
            scaled = image.resize((width, height), Image.Resampling.LANCZOS)
            scaled.save(out, kind.upper(), **FORMATS[kind])
            name = storing.write(f"{folder}/{width}.{kind}", out.getvalue())
            made.append({"format": kind, "width": width, "height": height, "name": name})
    return made


def waiting(*, now: datetime) -> QuerySet[Upload]:
    """Return the uploads that nobody works on."""
    return Upload.objects.filter(Q(claimed_at=None) | Q(claimed_at__lt=now - LEASE)).order_by(
        "created_at", "pk"
    )


def render(*, picture_id: int, now: datetime) -> bool:
    """Make the renditions of one upload; return whether this call did it.

    Safe to repeat and to kill: the upload's row goes in the transaction that names the files.
    """
    if not waiting(now=now).filter(pk=picture_id).update(claimed_at=now):
        return False
    upload = Upload.objects.select_related("picture").filter(pk=picture_id).first()
    if upload is None:
        return False
    picture = upload.picture
    with Image.open(BytesIO(bytes(upload.data))) as image:
        made = make(
            image.convert("RGB"),
            folder=picture.folder,
            have=picture.renditions,
            formats=tuple(FORMATS),
        )
    return _finish(picture=picture, made=made, now=now)


@transaction.atomic
def _finish(*, picture: Picture, made: list[dict[str, Any]], now: datetime) -> bool:
    mine = Upload.objects.select_for_update().filter(pk=picture.pk, claimed_at=now).first()
    if mine is None:
        # Withdrawn, replaced or taken over meanwhile. Of the first two nothing may stay.
        if not Picture.objects.filter(folder=picture.folder).exists():
            storing.doom(picture.folder, not_before=now)
        return False
    Picture.objects.filter(pk=picture.pk).update(renditions=made)
    mine.delete()
    logger.info("media.rendered", extra={"picture": picture.pk})
    return True
