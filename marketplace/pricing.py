"""What a piece and a cart cost. Pure: no clock, no database. Rules: docs/money.md."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F
from django.db.models.functions import Least

from weintl.money import Money, allocate, share

MILLION = 1_000_000

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
class Discount:
    """What a voucher takes off the pieces, or off delivery. Nothing by default."""

    ppm: int = 0
    amount: int = 0
    is_delivery_free: bool = False

    def off(self, goods: int) -> int:
        """Return what it takes off pieces of `goods` minor units; never more than they cost."""
        return min(goods, share(goods, self.ppm) + self.amount)


@dataclass(frozen=True, slots=True)
class Tax:
    """One rule's rate. Inclusive: it is part of the price; else it comes on top."""

    rule_id: int
    ppm: int
    is_inclusive: bool = False

    def of(self, base: int) -> int:
        """Return the tax on `base` minor units, or in it, rounded half up once."""
        if not self.is_inclusive:
            return share(base, self.ppm)
        whole = MILLION + self.ppm
        return (2 * base * self.ppm + whole) // (2 * whole)


@dataclass(frozen=True, slots=True)
class Line:
    """A line's components in minor units; the buyer pays `net` and `tax`."""

    variant_id: int
    unit_price: int
    quantity: int
    discount: int
    net: int
    tax: int
    is_tax_included: bool = False


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """One rule's total over an order: on `base`, which includes it if the rule is inclusive."""

    tax: Tax
    base: int
    amount: int


@dataclass(frozen=True, slots=True)
class Quote:
    """What is to be paid, in minor units of `currency`.

    total = goods − discount + shipping + tax − included_tax + gift. `shipping` is what is
    shown, `shipping_tax` the part of `tax` that is on it.
    """

    currency: str
    lines: tuple[Line, ...]
    goods: int
    discount: int
    shipping: int
    tax: int
    total: int
    included_tax: int = 0
    shipping_tax: int = 0
    is_shipping_tax_included: bool = False
    gift: int = 0
    taxes: tuple[TaxTotal, ...] = ()

    def money(self, name: str) -> Money:
        """Return one component, such as `total`, as Money."""
        return Money(getattr(self, name), self.currency)


def quote(
    asks: Sequence[Ask],
    *,
    currency: str,
    delivery: int,
    discount: Discount = Discount(),
    goods_tax: Tax | None = None,
    shipping_tax: Tax | None = None,
    gift: int = 0,
) -> Quote:
    """Return the price of `asks`, in their order, with delivery and an added gift.

    The discount is rounded half up once and spread over the lines by price; each rule's tax
    once over all that it is on, spread over lines and delivery by what is left to pay for
    them, each by largest remainder. A gift bears neither.
    """
    gross = [ask.unit_price * ask.quantity for ask in asks]
    goods = sum(gross)
    off = discount.off(goods)
    discounts = _spread(off, gross)
    prices = [price - less for price, less in zip(gross, discounts, strict=True)]
    shipping = 0 if discount.is_delivery_free or not asks else delivery
    taxes, on_shipping, totals = _taxes(prices, shipping, goods_tax, shipping_tax)
    is_included = bool(goods_tax and goods_tax.is_inclusive)
    lines = tuple(
        Line(
            variant_id=ask.variant_id,
            unit_price=ask.unit_price,
            quantity=ask.quantity,
            discount=less,
            net=price - taxed if is_included else price,
            tax=taxed,
            is_tax_included=is_included,
        )
        for ask, less, price, taxed in zip(asks, discounts, prices, taxes, strict=True)
    )
    tax = sum(each.amount for each in totals)
    included = sum(each.amount for each in totals if each.tax.is_inclusive)
    return Quote(
        currency=currency,
        lines=lines,
        goods=goods,
        discount=off,
        shipping=shipping,
        tax=tax,
        total=goods - off + shipping + tax - included + gift,
        included_tax=included,
        shipping_tax=on_shipping,
        is_shipping_tax_included=bool(shipping_tax and shipping_tax.is_inclusive),
        gift=gift,
        taxes=totals,
    )


def _taxes(
    prices: list[int], shipping: int, on_goods: Tax | None, on_shipping: Tax | None
) -> tuple[list[int], int, tuple[TaxTotal, ...]]:
    """Return the tax of each line, of delivery, and each rule's total."""
    if on_goods is not None and on_goods == on_shipping:
        base = sum(prices) + shipping
        total = TaxTotal(on_goods, base, on_goods.of(base))
        *lines, rest = _spread(total.amount, [*prices, shipping])
        return lines, rest, (total,)
    totals = []
    lines, rest = [0] * len(prices), 0
    if on_goods is not None:
        totals.append(TaxTotal(on_goods, sum(prices), on_goods.of(sum(prices))))
        lines = _spread(totals[-1].amount, prices)
    if on_shipping is not None:
        rest = on_shipping.of(shipping)
        totals.append(TaxTotal(on_shipping, shipping, rest))
    return lines, rest, tuple(totals)


def _spread(total: int, weights: list[int]) -> list[int]:
    return allocate(total, weights) if total else [0] * len(weights)
