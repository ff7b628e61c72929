"""Several pictures of a product at once: taken in first, described together after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, QuerySet
from PIL import Image

from weintl.media import intake, pictures
from weintl.media.models import Picture

from .models import NewPicture, Product, ProductPicture
from .models.new_pictures import MOST_AT_ONCE

KEPT = timedelta(days=14)
SMALL = (480, 480)  # pixels


@dataclass(frozen=True)
class Refused:
    """A file that was not taken, and why, in words for a person."""

    name: str
    reason: str


def take(
    *, product: Product, files: Sequence[UploadedFile], key: str, actor: Any, now: datetime
) -> list[Refused]:
    """Keep the pixels of what is a picture, in the order of `files`; return what is none.

    At most MOST_AT_ONCE files. The same `key` takes the same files once. Names of files are
    not kept: they often are names of people.
    """
    refused = []
    for place, file in enumerate(files[:MOST_AT_ONCE], start=1):
        try:
            data = _pixels(file)
        except intake.NotAPicture as error:
            refused.append(Refused(str(file.name), str(error.message)))
            continue
        # One by one: twenty pictures at once in memory would be gigabytes.
        NewPicture.objects.bulk_create(
            [
                NewPicture(
                    product=product,
                    data=data,
                    request_key=key,
                    place=place,
                    chosen_at=now,
                    chosen_by=actor,
                )
            ],
            ignore_conflicts=True,
        )
    return refused


def _pixels(file: UploadedFile) -> bytes:
    if (file.size or 0) > intake.LARGEST_BYTES:
        raise intake.TooHeavy
    return intake.packed(intake.canvas(file.read()))


def waiting(product: Product) -> QuerySet[NewPicture]:
    """Return what waits for words, as it was chosen, without the pixels."""
    return product.new_pictures.defer("data").order_by("chosen_at", "request_key", "place")


def small(row: NewPicture) -> bytes:
    """Return a small WebP of a waiting picture, for staff."""
    with Image.open(BytesIO(bytes(row.data)), formats=("WEBP",)) as image:
        image.thumbnail(SMALL)
        return intake.packed(image.convert("RGB"))


@transaction.atomic
def hang(
    *, product: Product, described: dict[int, Picture], dropped: Iterable[int], now: datetime
) -> int:
    """Give `product` the pictures that have words; drop others; return how many were hung.

    `described`: {key of a waiting picture: its Picture, valid and unsaved}. What is no longer
    waiting was hung or dropped by somebody else and is passed over.
    """
    # Whoever hangs pictures of one product waits: places and keys are counted on.
    Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    product.new_pictures.filter(pk__in=list(dropped)).delete()
    last = product.pictures.aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    number = 0
    rows = list(waiting(product).filter(pk__in=list(described)).values_list("pk", flat=True))
    for count, pk in enumerate(rows):
        row = product.new_pictures.get(pk=pk)
        picture = described[pk]
        picture.key, number = _free_key(product, number + 1)
        pictures.give(picture=picture, image=intake.canvas(bytes(row.data)), now=now)
        ProductPicture.objects.create(product=product, picture=picture, position=position + count)
        row.delete()
    return len(rows)


def _free_key(product: Product, number: int) -> tuple[str, int]:
    """Return the first key from `number` on that no picture has."""
    while Picture.objects.filter(key=f"{product.code}-{number}").exists():
        number += 1
    return f"{product.code}-{number}", number


def forget(*, now: datetime) -> int:
    """Delete what nobody described in time; somebody may be seen there. Returns how many."""
    return NewPicture.objects.filter(chosen_at__lte=now - KEPT).delete()[0]
