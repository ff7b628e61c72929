"""Pieces of the shop on other pages: {% featured_products %} and those of one maker."""

from datetime import datetime
from typing import Any

from django import template
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils import timezone
from django_countries import countries

from marketplace import addresses, invoice_papers, past_sales, trail
from marketplace.models import Invoice, Product
from partners import cloth
from partners.cloth import Part
from partners.models import Partner, Programme, SplitRule
from weintl.money.formatting import format_rate

register = template.Library()
FEATURED = 4
OF_A_PROGRAMME = 8


@register.filter
def address_lines(place: Any) -> list[str]:
    """Return an order's address as its country writes it, without the country."""
    return addresses.lines(place)


@register.filter
def per_cent(ppm: int) -> str:
    """Return millionths in per cent, such as 7.25 %."""
    return format_rate(ppm)


@register.filter
def paper_title(invoice: Invoice) -> str:
    """Return what an invoice or a credit note is called, with its number."""
    return invoice_papers.title(invoice.kind, invoice.number)


@register.filter
def country_name(code: Any) -> str:
    """Return a country's name in the active language."""
    return str(countries.name(str(code)))


@register.inclusion_tag("marketplace/_featured.html")
def featured_products() -> dict[str, Any]:
    """Show the newest pieces that can be bought, and where the price of one of them goes.

    One query.
    """
    now = timezone.now()
    rules = SplitRule.objects.in_force(at=now).filter(programme=OuterRef("programme"))
    rows = Product.objects.public().for_cards(now=now).filter(free__gt=0)
    products = list(rows.annotate(rules=ArraySubquery(rules.rows()))[:FEATURED])
    if not products:
        return {}
    return {"products": products, "example": products[0], "parts": _parts(products[0], now)}


def _parts(product: Any, now: datetime) -> list[Part]:
    rules = [SplitRule.of_row(row) for row in product.rules]
    return trail.promise(product, product.price, rules, at=now)


@register.inclusion_tag("marketplace/_goods.html")
def partner_products(partner: Partner) -> dict[str, Any]:
    """Show what is made in `partner`'s programmes, in one query."""
    rows = Product.objects.public().filter(programme__partner=partner)
    return {"products": list(rows.for_cards(now=timezone.now())[:OF_A_PROGRAMME])}


@register.inclusion_tag("marketplace/_goods.html")
def programme_products(programme: Programme) -> dict[str, Any]:
    """Show what is made in `programme`, in one query; nothing where nothing is for sale."""
    rows = Product.objects.public().filter(programme=programme).for_cards(now=timezone.now())
    return {"products": list(rows[:OF_A_PROGRAMME])}


@register.inclusion_tag("marketplace/admin/past_sales.html")
def rule_on_past_sales(rule: SplitRule) -> dict[str, Any]:
    """Show what `rule` would have meant for what was sold of late, in one query or two."""
    past = past_sales.under(rule, now=timezone.now())
    return {"past": past, "rows": [(cloth.STRIPES[row.use][1], row) for row in past.uses]}
