"""Which taxes an order bears."""

from datetime import datetime

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
