"""{% picture product_picture sizes="…" %}"""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from weintl.media.models import Picture

register = template.Library()


@register.inclusion_tag("media/_picture.html")
def picture(
    picture: Picture | None,
    sizes: str = "92vw",
    lazy: bool = False,
    alt: str | SafeString | None = None,
    css: str = "",
) -> dict[str, Any]:
    """Show a picture in both renditions; `alt=""` where the words stand beside it."""
    return {
        "picture": picture,
        "sizes": sizes,
        "lazy": lazy,
        "alt": picture.alt if picture and alt is None else alt,
        "css": css,
    }
