"""Which taxes an order bears."""

from datetime import datetime
from decimal import Decimal

from babel.numbers import format_decimal

from weintl.money.formatting import locale_for

from .models import TaxRule
from .pricing import Tax


def at(
    *, country: str, region: str, now: datetime
) -> tuple[Tax | None, Tax | None, dict[int, TaxRule]]:
    """Return the tax on pieces, that on delivery, and the rules by id. One query."""
    rules = list(TaxRule.objects.in_force(at=now).for_place(country, region))
    goods = next((rule for rule in rules if rule.on_goods), None)
    shipping = next((rule for rule in rules if rule.on_shipping), None)
    found = {rule.pk: rule for rule in (goods, shipping) if rule is not None}
    return _tax(goods), _tax(shipping), found


def _tax(rule: TaxRule | None) -> Tax | None:
    return None if rule is None else Tax(rule.pk, rule.rate_ppm, rule.is_inclusive)


def per_cent(ppm: int) -> str:
    """Return millionths in per cent as people read them, such as 7.25 %."""
    number = Decimal(ppm) / 10_000
    return format_decimal(number, format="0.####", locale=locale_for()) + "\u00a0%"
