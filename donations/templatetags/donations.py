"""{% load donations %}{% give_to programmes %}: giving, on other pages."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.context import Context

from partners.models import Programme

from ..models import Fund

register = template.Library()


@register.inclusion_tag("donations/_give_to.html", takes_context=True)
def give_to(context: Context, programmes: Iterable[Programme]) -> dict[str, Any]:
    """Offer to give to each of `programmes` that takes gifts, in one query."""
    organisation = context["organisation"]
    funds = Fund.objects.open_now().filter(programme__in=[p.pk for p in programmes], use="")
    return {"funds": list(funds) if organisation.are_gifts_open else []}
