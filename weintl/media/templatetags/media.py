"""{% picture product_picture sizes="…" %}"""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from weintl.media.models import Picture
from weintl.media.models.pictures import Rendition

register = template.Library()
# What browsers that know nothing of `srcset` load.
PLAIN_WIDTH = 800


@register.inclusion_tag("media/_picture.html")
def picture(
    picture: Picture | None,
    sizes: str = "92vw",
    *,
    lazy: bool = False,
    alt: str | SafeString | None = None,
    css: str = "",
    scope: str = "web",
) -> dict[str, Any]:
    """Show a picture in all its renditions; `alt=""` where the words stand beside it.

    Nothing is shown while the files are being made, and nothing of a person without a valid
    consent for `scope`, however the row was read. One query for it unless `picture__consent`
    was read too.
    """
    shown = picture and picture.may_be_seen(now=timezone.now(), scope=scope)
    files = picture.files("webp") if picture and shown else []
    if not picture or not files:
        return {"picture": None}
    plain = next((file for file in reversed(files) if file.width <= PLAIN_WIDTH), files[0])
    return {
        "picture": picture,
        "plain": plain,
        "webp": srcset(files) if len(files) > 1 else "",
        "avif": srcset(picture.files("avif")),
        "sizes": sizes,
        "lazy": lazy,
        "alt": picture.alt if alt is None and not picture.is_decorative else alt or "",
        "css": css,
    }


def srcset(files: list[Rendition]) -> str:
    """Write the candidates as HTML wants them."""
    return ", ".join(f"{file.url} {file.width}w" for file in files)
