"""Take a file in: only its pixels stay, upright, in sRGB, on a fresh canvas."""

import struct
import zlib
from io import BytesIO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

LARGEST_BYTES = 15_000_000
LARGEST_PIXELS = 40_000_000  # more is refused before it is decoded
# A line of pixels as long as 40 million would take minutes and gigabytes to scale.
LONGEST_SIDE = 20_000
# Wide enough for a laptop's screen; more would only be downloaded.
KEPT = (1600, 2400)
FORMATS = ("JPEG", "PNG", "WEBP")
# What cameras of phones call a JPEG that carries a second, smaller picture.
TAKEN = {*FORMATS, "MPO"}
FAULTS = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error)


class NotAPicture(ValueError):
    """The file is not taken; `message` says why to a person."""

    message = _("This is no JPEG, PNG or WebP picture. Choose one of these.")


class TooHeavy(NotAPicture):
    """More bytes than are taken."""

    message = _("The file is larger than 15 MB. Choose a smaller copy.")


class TooManyPixels(NotAPicture):
    """More pixels than are decoded."""

    message = _("The picture has more than 40 megapixels. Choose a smaller copy.")


class TooLong(NotAPicture):
    """A side longer than any picture has."""

    message = _("A side of the picture has more than 20,000 pixels. Choose a smaller copy.")


class Broken(NotAPicture):
    """It begins as a picture and ends as something else."""

    message = _("The file is damaged or not whole. Save the picture anew and try again.")


def canvas(data: bytes) -> Image.Image:
    """Return the pixels of `data` on a fresh canvas that knows nothing else.

    Raises NotAPicture. Position, camera, descriptions, comments, thumbnails and profiles of
    the file stay behind.
    """
    if len(data) > LARGEST_BYTES:
        raise TooHeavy
    try:
        image: Image.Image = Image.open(BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise TooManyPixels from error
    except UnidentifiedImageError as error:
        raise NotAPicture from error
    except FAULTS as error:
        raise Broken from error
    if image.format not in TAKEN:
        raise NotAPicture
    if image.width * image.height > LARGEST_PIXELS:
        raise TooManyPixels
    if max(image.size) > LONGEST_SIDE:
        raise TooLong
    try:
        return _fresh(_in_srgb(ImageOps.exif_transpose(image)))
    except FAULTS as error:
        raise Broken from error


def _in_srgb(image: Image.Image) -> Image.Image:
    """Turn colours of another profile into those that a picture without one is shown in."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK"):
        return image
    wanted = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        turned = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode=wanted,
        )
    except (ImageCms.PyCMSError, *FAULTS):
        return image
    return turned or image


def _fresh(image: Image.Image) -> Image.Image:
    """Copy the pixels, what is transparent onto white, at most as large as is kept."""
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    # A palette may carry transparency too.
    see_through = image.has_transparency_data
    pixels = image.convert("RGBA" if see_through else "RGB")
    if pixels.width > KEPT[0] or pixels.height > KEPT[1]:
        scale = min(KEPT[0] / pixels.width, KEPT[1] / pixels.height)
        size = (max(1, round(pixels.width * scale)), max(1, round(pixels.height * scale)))
        pixels = pixels.resize(size, Image.Resampling.LANCZOS)
    made = Image.new("RGB", pixels.size, "white")
    made.paste(pixels, mask=pixels if see_through else None)
    return made


def packed(image: Image.Image) -> bytes:
    """Return the pixels of a canvas as WebP of high quality, to be rendered from later."""
    out = BytesIO()
    image.save(out, "WEBP", quality=93, method=2)
    return out.getvalue()
