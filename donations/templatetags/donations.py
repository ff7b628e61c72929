"""{% load donations %}{% give_band %}, {% give_to programmes %}: giving, on other pages."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.context import Context

from partners.models import Programme

from .. import suggestions
from ..forms import format_round
from ..models import Fund

register = template.Library()


@register.inclusion_tag("donations/_give_band.html", takes_context=True)
def give_band(context: Context) -> dict[str, Any]:
    """Offer the amounts of the give page as links; no query of its own."""
    currency = context["base_currency"]
    return {
        "organisation": context["organisation"],
        "choices": [(o.money.amount, format_round(o.money)) for o in suggestions.plain(currency)],
    }


@register.inclusion_tag("donations/_give_to.html", takes_context=True)
def give_to(context: Context, programmes: Iterable[Programme]) -> dict[str, Any]:
    """Offer to give to each of `programmes` that takes gifts, in one query."""
    organisation = context["organisation"]
    funds = Fund.objects.open_now().filter(programme__in=[p.pk for p in programmes], use="")
    return {"funds": list(funds) if organisation.are_gifts_open else []}
