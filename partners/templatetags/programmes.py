"""{% load programmes %}{% programmes_of pillar %}"""

from typing import Any

from django import template

from partners.models import Programme
from partners.models.uses import Pillar

register = template.Library()


@register.inclusion_tag("partners/_programmes.html")
def programmes_of(pillar: str) -> dict[str, Any]:
    """List the public programmes of a pillar, with their partners. Raises ValueError."""
    shown = Programme.objects.public().filter(pillar=pillar).select_related("partner")
    return {"pillar": Pillar(pillar), "programmes": list(shown)}
