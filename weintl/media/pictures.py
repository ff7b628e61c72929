"""Take pictures in: nothing but the pixels is kept."""

from io import BytesIO
from uuid import uuid4

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from .models import Picture

FULL_WIDTH = 1200
SMALL_WIDTH = 600
LARGEST = 40_000_000  # pixels; more is refused before it is decoded
TAKEN = frozenset({"JPEG", "PNG", "WEBP"})


class NotAPicture(ValueError):
    """The file is no picture that we take; `message` says so to a person."""

    message = _("Choose a JPEG, PNG or WebP picture of at most 40 megapixels.")


def _pixels(data: bytes) -> Image.Image:
    try:
        image: Image.Image = Image.open(BytesIO(data))
        kind = image.format
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise NotAPicture from error
    if kind not in TAKEN or image.width * image.height > LARGEST:
        raise NotAPicture
    try:
        image = ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, SyntaxError) as error:
        raise NotAPicture from error
    # A fresh canvas: EXIF, GPS, XMP, comments and colour profiles stay behind.
    canvas = Image.new("RGB", image.size, "white")
    canvas.paste(image)
    return canvas


def rendition(data: bytes, *, width: int) -> ContentFile:
    """Return `data` as WebP, at most `width` pixels wide, under a random name.

    Raises NotAPicture.
    """
    canvas = _pixels(data)
    if canvas.width > width:
        height = round(canvas.height * width / canvas.width)
        canvas = canvas.resize((width, height), Image.Resampling.LANCZOS)
    out = BytesIO()
    canvas.save(out, "WEBP", quality=82, method=4)
    return ContentFile(out.getvalue(), name=f"{uuid4().hex}.webp")


def store(
    *, key: str, full: bytes, small: bytes | None = None, alt_en: str, alt_es: str
) -> Picture:
    """Store a picture under `key` and return it; one that is there already stays as it is.

    Raises NotAPicture.
    """
    kept = Picture.objects.filter(key=key).first()
    if kept:
        return kept
    return Picture.objects.create(
        key=key,
        full=rendition(full, width=FULL_WIDTH),
        small=rendition(small or full, width=SMALL_WIDTH),
        alt_en=alt_en,
        alt_es=alt_es,
    )
