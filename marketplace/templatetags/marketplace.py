"""{% featured_products %} and {% programme_products programme %}, for other apps' pages."""

from typing import Any

from django import template

from marketplace.models import Product
from partners.models import Programme

register = template.Library()
FEATURED = 4
OF_A_PROGRAMME = 8


@register.inclusion_tag("marketplace/_featured.html")
def featured_products() -> dict[str, Any]:
    """Show the newest pieces that can be bought, in two queries."""
    rows = Product.objects.public().for_cards().filter(free__gt=0)
    return {"products": list(rows[:FEATURED])}


@register.inclusion_tag("marketplace/_goods.html")
def programme_products(programme: Programme) -> dict[str, Any]:
    """Show what is made in `programme`, in two queries; nothing where nothing is for sale."""
    rows = Product.objects.public().filter(programme=programme).for_cards()
    return {"products": list(rows[:OF_A_PROGRAMME])}
