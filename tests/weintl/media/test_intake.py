"""A file's pixels come in, upright and in their colours; nothing else does."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from tests.factories.media import image_file, telling_jpeg
from weintl.media import intake

SECRETS = [b"exif-secret", b"gps-secret", b"camera-secret", b"comment-secret", b"xmp-secret"]


def packed(data: bytes) -> bytes:
    return intake.packed(intake.canvas(data))


def test_place_camera_description_and_comment_stay_behind():
    before = telling_jpeg()
    assert all(secret in before for secret in SECRETS)
    after = packed(before)
    assert not any(secret in after for secret in SECRETS)
    image = Image.open(BytesIO(after))
    assert not image.getexif()
    assert not {"exif", "xmp", "comment", "icc_profile"} & image.info.keys()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_other_kinds_tell_stays_behind_too(kind):
    exif = Image.Exif()
    exif[0x010E] = "exif-secret"
    options = {"exif": exif}
    if kind == "PNG":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("Comment", "comment-secret")
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", "xmp-secret")
    else:
        options["xmp"] = b"xmp-secret"
    before = image_file(kind=kind, **options)
    assert b"exif-secret" in before
    assert b"xmp-secret" in before
    assert b"secret" not in packed(before)


def test_a_picture_on_its_side_is_turned_upright():
    image = intake.canvas(telling_jpeg((1600, 1200)))
    assert image.size == (1200, 1600)
    # What was left is on top now.
    assert image.getpixel((600, 100))[0] > 200
    assert image.getpixel((600, 1500))[0] < 60


def test_what_is_transparent_becomes_white():
    out = BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(out, "PNG")
    assert intake.canvas(out.getvalue()).getpixel((5, 5)) == (255, 255, 255)
    out = BytesIO()
    Image.new("P", (10, 10), 0).save(out, "PNG", transparency=0)
    assert intake.canvas(out.getvalue()).getpixel((5, 5)) == (255, 255, 255)


def test_deep_greys_are_not_burnt_out():
    out = BytesIO()
    Image.new("I;16", (10, 10), 0x8000).save(out, "PNG")
    assert intake.canvas(out.getvalue()).getpixel((5, 5)) == (128, 128, 128)


def test_colours_of_another_profile_are_turned():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # A screen whose red and blue are exchanged.
    swapped = srgb.replace(b"rXYZ", b"----").replace(b"bXYZ", b"rXYZ").replace(b"----", b"bXYZ")
    plain = intake.canvas(image_file(colour=(100, 150, 200))).getpixel((5, 5))
    turned = intake.canvas(image_file(colour=(100, 150, 200), icc_profile=swapped)).getpixel((5, 5))
    assert plain == (100, 150, 200)
    assert all(abs(one - other) < 4 for one, other in zip(turned, (200, 150, 100), strict=True))


def test_a_broken_profile_does_not_keep_a_picture_out():
    image = intake.canvas(image_file(colour="white", icc_profile=b"nonsense"))
    assert image.getpixel((5, 5)) == (255, 255, 255)


def test_large_pictures_are_made_smaller():
    assert intake.canvas(image_file((3200, 1600))).size == (1600, 800)
    assert intake.canvas(image_file((20, 12000))).size == (4, 2400)
    assert intake.canvas(image_file((12000, 20))).size == (1600, 3)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"%PDF-1.7",
        b"<html>\xff\xd8\xff",
        image_file(kind="GIF"),
        image_file(kind="TIFF"),
        image_file(kind="BMP"),
        image_file(kind="ICO"),
        image_file(kind="AVIF"),
    ],
)
def test_other_kinds_are_refused_whatever_they_are_called(data):
    with pytest.raises(intake.NotAPicture) as refusal:
        intake.canvas(data)
    assert "JPEG, PNG or WebP" in str(refusal.value.message)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_half_a_file_is_refused(kind, share):
    noise = Image.effect_noise((200, 200), 90).convert("RGB")
    out = BytesIO()
    noise.save(out, kind)
    data = out.getvalue()
    with pytest.raises(intake.NotAPicture):
        intake.canvas(data[: int(len(data) * share)])


def chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def png_of(width: int, height: int, *more: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(10_000))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + b"".join(more)
        + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(6_400, 6_400), (30_000, 30_000), (100_000, 100_000)])
def test_a_bomb_is_refused_before_it_is_decoded(size):
    with pytest.raises(intake.TooManyPixels):
        intake.canvas(png_of(*size))


@pytest.mark.parametrize("size", [(20_001, 1), (1, 40_000_000)])
def test_a_line_of_pixels_is_refused_before_it_is_decoded(size):
    with pytest.raises(intake.TooLong):
        intake.canvas(png_of(*size))


def test_a_bomb_in_a_text_is_refused():
    text = zlib.compress(bytes(80_000_000))
    bomb = png_of(8, 8, chunk(b"zTXt", b"Comment\x00\x00" + text))
    with pytest.raises(intake.Broken):
        intake.canvas(bomb)


def test_many_bytes_are_refused_unread():
    with pytest.raises(intake.TooHeavy):
        intake.canvas(bytes(intake.LARGEST_BYTES + 1))


def test_a_phone_s_jpeg_with_a_second_picture_is_taken():
    out = BytesIO()
    first, second = Image.new("RGB", (64, 64), "red"), Image.new("RGB", (32, 32), "blue")
    first.save(out, "MPO", save_all=True, append_images=[second])
    image = intake.canvas(out.getvalue())
    assert image.size == (64, 64)
    assert image.getpixel((5, 5))[0] > 200
