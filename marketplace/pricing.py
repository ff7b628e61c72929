"""What a piece and a cart cost. Pure: no clock, no database. Rules: docs/money.md."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Least

from weintl.money import Money, allocate, share

from . import shipping

# What `asked` says, for the database: LEAST passes over what is null.
ASKED = Least(F("price_amount"), F("sale_amount"))


def asked(price: int, sale: int | None) -> int:
    """Return what one piece costs: its price, or the sale price of the moment if that is less.

    Every price that a shopper is shown or charged comes from here. What its makers get does
    not depend on it: docs/money.md.
    """
    return price if sale is None else min(price, sale)


@dataclass(frozen=True, slots=True)
class Ask:
    """So many pieces of one variant at one price, in minor units."""

    variant_id: int
    unit_price: int
    quantity: int

    def __post_init__(self) -> None:
        """Refuse what cannot be sold. Raises ValueError."""
        if self.quantity < 1 or self.unit_price < 1:
            raise ValueError("A line has one piece or more, each at a price.")


@dataclass(frozen=True, slots=True)
class Line:
    """A line's components in minor units; `net` is the price less the discount."""

    variant_id: int
    unit_price: int
    quantity: int
    discount: int
    net: int
    tax: int


@dataclass(frozen=True, slots=True)
class Quote:
    """What is to be paid, in minor units of `currency`; the parts sum to `total`."""

    currency: str
    lines: tuple[Line, ...]
    goods: int
    discount: int
    shipping: int
    tax: int
    total: int

    def money(self, name: str) -> Money:
        """Return one component, such as `total`, as Money."""
        return Money(getattr(self, name), self.currency)


def quote(
    asks: Sequence[Ask],
    *,
    currency: str,
    shipping_rate: int,
    discount_ppm: int = 0,
    tax_ppm: int = 0,
) -> Quote:
    """Return the price of `asks`, in their order.

    Discount and tax are rounded half up once for the whole, then spread over the lines by
    largest remainder: the discount by price, the tax by what is left. Delivery bears neither.
    """
    gross = [ask.unit_price * ask.quantity for ask in asks]
    goods = sum(gross)
    discount = share(goods, discount_ppm)
    discounts = _spread(discount, gross)
    nets = [price - less for price, less in zip(gross, discounts, strict=True)]
    tax = share(goods - discount, tax_ppm)
    taxes = _spread(tax, nets)
    delivery = shipping.flat(shipping_rate, pieces=sum(ask.quantity for ask in asks))
    lines = tuple(
        Line(ask.variant_id, ask.unit_price, ask.quantity, less, net, taxed)
        for ask, less, net, taxed in zip(asks, discounts, nets, taxes, strict=True)
    )
    total = goods - discount + delivery + tax
    return Quote(currency, lines, goods, discount, delivery, tax, total)


def delivery(rate: int) -> Money:
    """Return what one parcel costs at `rate` minor units, in the currency of the shop."""
    return Money(shipping.flat(rate, pieces=1), settings.BASE_CURRENCY)


def _spread(total: int, weights: list[int]) -> list[int]:
    return allocate(total, weights) if total else [0] * len(weights)
