"""The least valid rows of media, and files to upload."""

from datetime import UTC, date, datetime
from io import BytesIO
from uuid import uuid4

import factory
from factory.django import DjangoModelFactory
from PIL import Image

from weintl.media.models import ConsentRecord, Picture

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class ConsentFactory(DjangoModelFactory):
    """An adult's consent for pages and shop, valid for any date near now; nobody recognised."""

    class Meta:
        model = ConsentRecord

    partner = "a-partner"
    obtained_by = "case worker"
    language = "Khmer"
    obtained_on = date(2026, 1, 1)
    given_by = ConsentRecord.GivenBy.ADULT
    left_programme_on = date(2024, 6, 1)
    scopes = factory.LazyFunction(lambda: ["web", "shop"])
    expires_on = date(2029, 1, 1)
    paper_reference = "file 12"


def files_of(folder: str) -> list[dict[str, object]]:
    """Return rows of renditions; no file stands behind them."""
    return [
        {"format": kind, "width": width, "height": height, "name": f"{folder}/{width}.{kind}"}
        for kind in ("webp", "avif")
        for width, height in ((400, 500), (800, 1000), (1200, 1500))
    ]


class PictureFactory(DjangoModelFactory):
    """A picture of a thing, rendered; no file stands behind it."""

    class Meta:
        model = Picture

    key = factory.Sequence(lambda n: f"picture-{n}")
    alt_en = "A folded scarf"
    alt_es = "Una bufanda doblada"
    folder = factory.LazyAttribute(
        lambda picture: f"{'people' if picture.people != 'none' else 'pictures'}/{uuid4().hex}"
    )
    people = "none"
    width = 1200
    height = 1500
    renditions = factory.LazyAttribute(lambda picture: files_of(picture.folder))


def image_file(
    size: tuple[int, int] = (64, 80), kind: str = "PNG", colour: str = "navy", **options
) -> bytes:
    """Return a file of one colour."""
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **options)
    return out.getvalue()


def telling_jpeg(size: tuple[int, int] = (1600, 1200)) -> bytes:
    """Return a JPEG, lying on its side, that tells where, by whom and of what it was taken."""
    exif = Image.Exif()
    exif[0x010E] = "exif-secret"
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010F] = "camera-secret"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (12.0, 34.0, 56.0)
    exif.get_ifd(0x8825)[27] = b"gps-secret"
    image = Image.new("RGB", size, "navy")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    out = BytesIO()
    image.save(
        out,
        "JPEG",
        quality=95,
        exif=exif,
        comment=b"comment-secret",
        xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>xmp-secret</x:xmpmeta>",
    )
    return out.getvalue()
