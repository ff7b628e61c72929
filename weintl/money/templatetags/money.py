"""{{ value|money }}, {{ stored|money_json }} and {{ part|share_of:whole }}."""

from typing import Any

from django import template

from weintl.money import Money
from weintl.money.formatting import format_money, format_share

register = template.Library()


@register.filter
def money(value: Money | None) -> str:
    """Write `value` in the active language; nothing for None."""
    return "" if value is None else format_money(value)


@register.filter
def money_json(value: dict[str, Any] | None) -> str:
    """Write money kept as JSON, {"amount": minor units, "currency": "usd"}; nothing for None."""
    return "" if value is None else format_money(Money(value["amount"], value["currency"]))


@register.filter
def share_of(part: Money, whole: Money) -> str:
    """Write `part` in per cent of `whole`."""
    return format_share(part.amount, whole.amount)
