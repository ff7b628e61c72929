"""{% load founding %}{{ claim.seed_wording|without_names }}"""

from django import template

from awareness import founding

register = template.Library()


@register.filter
def without_names(wording: str) -> str:
    """Leave out the names of organisations that stand in the archived text only."""
    return founding.without_names(wording)
