"""From a cart to an order that can be paid. Prices and texts come from the server."""

import logging
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from partners import splits
from partners.models import SplitRule
from weintl.organisation.models import Organisation
from weintl.payments import sessions
from weintl.payments.sessions import CheckoutLine

from . import cart as carts
from . import pricing, stock
from .cart import Item
from .models import Cart, Order, OrderLine
from .pricing import Quote

logger = logging.getLogger(__name__)
SALT = "marketplace.checkout"
# A form left open longer than this is shown again before anything is ordered.
SHOWN_FOR = 24 * 60 * 60


class Refused(Exception):
    """The order cannot be placed; `message` says why to the shopper."""

    message: Any = _("This order cannot be placed.")


class Empty(Refused):
    """There is nothing in the cart."""

    message = _("Your cart is empty.")


class Closed(Refused):
    """The shop takes no orders at the moment."""

    message = _("The shop is closed at the moment. Your cart is kept.")


class Unavailable(Refused):
    """A piece is sold or no longer offered."""

    message = _("Something in your cart is not available any more. Please look at it again.")


class Changed(Refused):
    """The total is not the one that was shown."""

    message = _("A price has changed since you opened this page. Please check the new total.")


@dataclass(frozen=True, slots=True)
class Details:
    """Who buys, and where the parcel goes."""

    email: str
    name: str
    street: str
    city: str
    country: str
    street_extra: str = ""
    district: str = ""
    region: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the cart costs now. `quote` is None if something in it cannot be bought."""

    items: list[Item]
    quote: Quote | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What a form showed: `key` names the submission, the rest what was on offer."""

    key: str
    lines: list[list[int]]
    total: int


def offer(*, cart: Cart | None, now: datetime) -> Offer:
    """Return what `cart` costs at `now`."""
    organisation = Organisation.current()
    items = carts.items(cart, now=now)
    if not items or not all(item.is_available for item in items):
        return Offer(items, None, organisation.is_shop_open)
    quote = _quote(items, shipping_rate=organisation.shipping_flat_amount)
    return Offer(items, quote, organisation.is_shop_open)


def _quote(items: list[Item], *, shipping_rate: int) -> Quote:
    asks = [pricing.Ask(item.variant.pk, item.price.amount, item.quantity) for item in items]
    return pricing.quote(asks, currency=settings.BASE_CURRENCY, shipping_rate=shipping_rate)


def _lines(quote: Quote) -> list[list[int]]:
    return [[line.variant_id, line.unit_price, line.quantity] for line in quote.lines]


def write_shown(quote: Quote, *, key: str = "") -> str:
    """Return a signed word for the form: what it shows, under a new key unless one is given."""
    shown = Shown(key or uuid4().hex, _lines(quote), quote.total)
    return signing.dumps(asdict(shown), salt=SALT)


def read_shown(word: str) -> Shown | None:
    """Return what a form showed; None if the word is not ours or too old."""
    try:
        return Shown(**signing.loads(word, salt=SALT, max_age=SHOWN_FOR))
    except (signing.BadSignature, TypeError):
        return None


def placed(*, cart: Cart, key: str) -> Order | None:
    """Return the order that this submission has made already."""
    orders = Order.objects.select_related("payment")
    return orders.filter(cart=cart, submission_key=key).first()


def unpaid(*, cart: Cart) -> Order | None:
    """Return the cart's latest order, if it was never paid: its address may be used again."""
    latest = Order.objects.filter(cart=cart).order_by("-placed_at", "-pk").first()
    unpaid_states = (Order.State.AWAITING_PAYMENT, Order.State.EXPIRED)
    return latest if latest and latest.state in unpaid_states else None


def release_earlier(*, cart: Cart, key: str, now: datetime) -> None:
    """Close payment pages of the cart's earlier orders, so that their pieces are free again.

    Call it outside any transaction. One that was paid just now becomes a paid order; one
    whose page cannot be closed keeps what it holds.
    """
    earlier = Order.objects.filter(cart=cart, state=Order.State.AWAITING_PAYMENT)
    for order in earlier.exclude(submission_key=key).select_related("payment").order_by("pk"):
        if order.payment is None:
            continue
        try:
            sessions.expire(payment=order.payment, now=now)
        except sessions.ProviderUnavailable:
            logger.warning("order.page_not_closed", extra={"order": order.pk})


def place_order(
    *, cart: Cart, details: Details, shown: Shown, language: str, now: datetime
) -> Order:
    """Freeze the cart into an order with its payment and holds, and return it.

    The same `shown.key` returns the same order. Raises Refused (Empty, Closed, Unavailable,
    Changed), stock.SoldOut, stock.Busy; nothing is written then.
    """
    known = placed(cart=cart, key=shown.key)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _place(cart=cart, details=details, shown=shown, language=language, now=now)
    except IntegrityError:
        # Two clicks at once: the second waited for the first, which has placed it.
        known = placed(cart=cart, key=shown.key)
        if known is None:
            raise
        return known


def _place(*, cart: Cart, details: Details, shown: Shown, language: str, now: datetime) -> Order:
    now_on_offer = offer(cart=cart, now=now)
    _check(now_on_offer, shown=shown, now=now)
    quote = now_on_offer.quote
    if quote is None:
        raise Unavailable
    order = Order(
        **asdict(details),
        cart=cart,
        submission_key=shown.key,
        language=language,
        currency=quote.currency,
        goods_amount=quote.goods,
        discount_amount=quote.discount,
        shipping_amount=quote.shipping,
        tax_amount=quote.tax,
        total_amount=quote.total,
        placed_at=now,
    )
    order.payment = sessions.create_payment(
        purpose="order",
        reference=order.number,
        amount=quote.money("total"),
        email=order.email,
        language=language,
        now=now,
    )
    order.save()
    OrderLine.objects.bulk_create(_order_lines(order, now_on_offer.items, quote, language))
    stock.reserve(
        order=order,
        wanted={line.variant_id: line.quantity for line in quote.lines},
        expires_at=now + settings.CHECKOUT_LIFETIME + settings.HOLD_GRACE,
        now=now,
    )
    logger.info("order.placed", extra={"order": order.pk})
    return order


def _check(now_on_offer: Offer, *, shown: Shown, now: datetime) -> None:
    if not now_on_offer.items:
        raise Empty
    if not now_on_offer.is_open:
        raise Closed
    if now_on_offer.quote is None:
        raise Unavailable
    quote = now_on_offer.quote
    if (_lines(quote), quote.total) != (shown.lines, shown.total):
        raise Changed
    products = {item.variant.product for item in now_on_offer.items}
    rules = list(
        SplitRule.objects.in_force(at=now).filter(
            programme_id__in={product.programme_id for product in products}
        )
    )
    for product in products:
        try:
            rule = splits.rule_for(product.programme_id, product.code, now, rules)
        except splits.NoRule as error:
            # Nobody could say what its price pays for.
            logger.error("order.no_rule", extra={"product": product.pk})
            raise Unavailable from error
        if rule.currency != now_on_offer.quote.currency:
            logger.error("order.rule_of_other_currency", extra={"product": product.pk})
            raise Unavailable


def _order_lines(order: Order, items: list[Item], quote: Quote, language: str) -> list[OrderLine]:
    with override(language):
        return [
            OrderLine(
                order=order,
                variant=item.variant,
                programme_id=item.variant.product.programme_id,
                product_name=item.variant.title[:120],
                quantity=line.quantity,
                unit_price_amount=line.unit_price,
                discount_amount=line.discount,
                net_amount=line.net,
                tax_amount=line.tax,
                currency=quote.currency,
                position=position,
            )
            for position, (item, line) in enumerate(zip(items, quote.lines, strict=True))
        ]


def open_payment(*, order: Order, now: datetime) -> str:
    """Return the address of the order's payment page; the same one when asked again.

    Call it outside any transaction. Raises sessions.ProviderUnavailable or NotPayable.
    """
    if order.payment is None:
        raise sessions.NotPayable
    with override(order.language):
        lines = [_payment_line(line) for line in order.lines.order_by("position", "pk")]
        if order.shipping_amount:
            lines.append(CheckoutLine(gettext("Delivery"), order.shipping_amount, 1))
        success_path = reverse("marketplace:thanks", args=[order.token])
        cancel_path = reverse("marketplace:review")
    return sessions.open_checkout(
        payment=order.payment,
        lines=lines,
        success_path=success_path,
        cancel_path=cancel_path,
        now=now,
    )


def _payment_line(line: OrderLine) -> CheckoutLine:
    if line.discount_amount or line.tax_amount:
        name = f"{line.quantity} × {line.product_name}"
        return CheckoutLine(name, line.net_amount + line.tax_amount, 1)
    return CheckoutLine(line.product_name, line.unit_price_amount, line.quantity)
