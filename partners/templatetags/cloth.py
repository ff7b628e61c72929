"""{% load cloth %}{% cloth parts total caption %}"""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.translation import gettext as _

from partners.cloth import Part, weave
from weintl.money import Money
from weintl.money.formatting import format_share

register = template.Library()


@register.inclusion_tag("partners/_cloth.html")
def cloth(
    parts: Iterable[Part], total: Money, caption: str, total_label: str = ""
) -> dict[str, Any]:
    """Draw `parts` of `total` as a striped cloth with its table. Raises ValueError if they differ.

    `caption` names the table; `total_label` stands in its last row.
    """
    stripes = weave(parts, total=total)
    drawn = [stripe for stripe in stripes if stripe.width]
    return {
        "stripes": stripes,
        "drawn": drawn,
        "spoken": ", ".join(f"{stripe.share} {stripe.label}" for stripe in drawn),
        "total": total,
        "whole": format_share(1, 1),
        "caption": caption,
        "total_label": total_label or _("Total"),
    }
