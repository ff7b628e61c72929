"""{% load donations %}{% give_band %}: what other pages show of giving."""

from typing import Any

from django import template
from django.template.context import Context

from weintl.money import Money

from ..forms import CHOICES, format_round

register = template.Library()


@register.inclusion_tag("donations/_give_band.html", takes_context=True)
def give_band(context: Context) -> dict[str, Any]:
    """Offer the amounts of the give page as links; no query of its own."""
    currency = context["base_currency"]
    return {
        "organisation": context["organisation"],
        "choices": [(cents, format_round(Money(cents, currency))) for cents in CHOICES],
    }
