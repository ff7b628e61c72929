"""From a cart to an order that can be paid. Prices and texts come from the server."""

import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from donations import gifts
from partners import splits
from partners.models import SplitRule
from weintl.accounts.models import User
from weintl.payments import sessions
from weintl.payments.sessions import CheckoutLine

from . import discounts, stock
from .cart import Item
from .models import Cart, Order, OrderLine, OrderTax
from .offers import (
    NO_EXTRAS,
    Details,
    Extras,
    Offer,
    Shown,
    Wanted,
    differences,
    is_same,
    offer,
)
from .pricing import Quote

logger = logging.getLogger(__name__)


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


class TooLittle(Refused):
    """The total is less than a card can pay."""

    message = _("This is less than a card can pay. Please add a piece, or a gift.")


class CannotSend(Refused):
    """No parcel goes there, or none so heavy; `message` says which."""

    def __init__(self, message: str) -> None:
        """Keep the sentence."""
        super().__init__(message)
        self.message = message


class Gone(CannotSend):
    """Somebody else took the voucher's last use; `message` says so."""


class Changed(Refused):
    """The total is not the one that was shown; `details` says what is otherwise."""

    message = _("A price has changed since you opened this page. Please check the new total.")

    def __init__(self, details: Sequence[str] = ()) -> None:
        """Keep what has changed."""
        super().__init__()
        self.details = list(details)


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
    *,
    cart: Cart,
    details: Details,
    extras: Extras = NO_EXTRAS,
    shown: Shown,
    language: str,
    now: datetime,
    customer: User | None = None,
) -> Order:
    """Freeze the cart into an order with its payment and holds, and return it.

    `customer` is whoever is signed in, None for a guest.
    The same `shown.key` returns the same order. Raises Refused (Empty, Closed, Unavailable,
    CannotSend, Changed, TooLittle, Gone), stock.SoldOut, stock.Busy; nothing is written then.
    """
    known = placed(cart=cart, key=shown.key)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _place(
                cart=cart,
                details=details,
                extras=extras,
                shown=shown,
                language=language,
                now=now,
                customer=customer,
            )
    except IntegrityError:
        # Two clicks at once: the second waited for the first, which has placed it.
        known = placed(cart=cart, key=shown.key)
        if known is None:
            raise
        return known


def _place(
    *,
    cart: Cart,
    details: Details,
    extras: Extras,
    shown: Shown,
    language: str,
    now: datetime,
    customer: User | None = None,
) -> Order:
    now_on_offer = offer(cart=cart, now=now, wanted=Wanted.of(details, extras))
    if now_on_offer.items and not now_on_offer.is_open:
        raise Closed
    quote = agreed(now_on_offer, shown=shown, now=now)
    if quote.total < sessions.least_charge(quote.currency).amount:
        raise TooLittle
    order = draft(
        now_on_offer,
        quote,
        details=details,
        key=shown.key,
        language=language,
        now=now,
        cart=cart,
        customer=customer,
    )
    order.payment = sessions.create_payment(
        purpose="order",
        reference=order.number,
        amount=quote.money("total"),
        email=order.email,
        language=language,
        now=now,
    )
    held_until = now + settings.CHECKOUT_LIFETIME + settings.HOLD_GRACE
    return store(order, now_on_offer, held_until=held_until, now=now)


def draft(
    now_on_offer: Offer,
    quote: Quote,
    *,
    details: Details,
    key: str,
    language: str,
    now: datetime,
    **more: Any,
) -> Order:
    """Return an order that takes over what is on offer; it is not stored, nor is it to be paid yet.

    `more` are further fields of it.
    """
    parcel = now_on_offer.parcel
    return Order(
        **asdict(details),
        **more,
        submission_key=key,
        language=language,
        currency=quote.currency,
        goods_amount=quote.goods,
        discount_amount=quote.discount,
        shipping_amount=quote.shipping,
        tax_amount=quote.tax,
        included_tax_amount=quote.included_tax,
        shipping_tax_amount=quote.shipping_tax,
        is_shipping_tax_included=quote.is_shipping_tax_included,
        gift_amount=quote.gift,
        total_amount=quote.total,
        shipping_rate_id=parcel.rate_id if parcel else None,
        placed_at=now,
        handling_days=now_on_offer.handling_days if parcel else None,
        days_from=parcel.days[0] if parcel and parcel.days else None,
        days_to=parcel.days[1] if parcel and parcel.days else None,
    )


def store(order: Order, now_on_offer: Offer, *, held_until: datetime, now: datetime) -> Order:
    """Store a drafted order that has its payment, with lines, taxes, voucher's use and holds.

    In the caller's transaction. Raises Gone, stock.SoldOut, stock.Busy.
    """
    quote, language = now_on_offer.quote, order.language
    assert quote is not None
    if now_on_offer.gift_fund is not None:
        order.gift = gifts.add_to_order(
            email=order.email,
            name=order.name,
            fund=now_on_offer.gift_fund,
            amount=quote.money("gift"),
            language=language,
            submission_key=f"order/{order.submission_key}",
            now=now,
        )
    order.save()
    OrderLine.objects.bulk_create(_order_lines(order, now_on_offer.items, quote, language))
    OrderTax.objects.bulk_create(_order_taxes(order, now_on_offer, language))
    if now_on_offer.voucher is not None:
        try:
            discounts.take(now_on_offer.voucher, order=order, now=now)
        except discounts.NotApplicable as error:
            raise Gone(error.message) from error
    stock.reserve(
        order=order,
        wanted={line.variant_id: line.quantity for line in quote.lines},
        expires_at=held_until,
        now=now,
    )
    logger.info("order.placed", extra={"order": order.pk})
    return order


def agreed(now_on_offer: Offer, *, shown: Shown, now: datetime) -> Quote:
    """Return the price of what is on offer, if it is what was shown.

    Raises Empty, CannotSend, Unavailable (also where no rule says what a price pays for),
    Changed.
    """
    if not now_on_offer.items:
        raise Empty
    if now_on_offer.problem:
        raise CannotSend(now_on_offer.problem)
    if now_on_offer.quote is None:
        raise Unavailable
    quote = now_on_offer.quote
    if not is_same(shown, quote):
        raise Changed(differences(shown, now_on_offer))
    rules_of(now_on_offer.items, currency=quote.currency, now=now)
    return quote


def rules_of(items: Sequence[Item], *, currency: str, now: datetime) -> dict[int, SplitRule]:
    """Return the rule in force for each product of `items`, by its key. Raises Unavailable."""
    products = {item.variant.product for item in items}
    found = {}
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
        if rule.currency != currency:
            logger.error("order.rule_of_other_currency", extra={"product": product.pk})
            raise Unavailable
        found[product.pk] = rule
    return found


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
                is_tax_included=line.is_tax_included,
                currency=quote.currency,
                position=position,
            )
            for position, (item, line) in enumerate(zip(items, quote.lines, strict=True))
        ]


def _order_taxes(order: Order, now_on_offer: Offer, language: str) -> list[OrderTax]:
    assert now_on_offer.quote is not None
    with override(language):
        return [
            OrderTax(
                order=order,
                rule_id=total.tax.rule_id,
                name=now_on_offer.rules[total.tax.rule_id].name,
                rate_ppm=total.tax.ppm,
                is_inclusive=total.tax.is_inclusive,
                base_amount=total.base,
                amount=total.amount,
                currency=order.currency,
            )
            for total in now_on_offer.quote.taxes
        ]


def open_payment(*, order: Order, now: datetime) -> str:
    """Return the address of the order's payment page; the same one when asked again.

    Call it outside any transaction. Raises sessions.ProviderUnavailable or NotPayable.
    """
    if order.payment is None:
        raise sessions.NotPayable
    with override(order.language):
        lines = [_payment_line(line) for line in order.lines.order_by("position", "pk")]
        if order.charged_shipping_amount:
            lines.append(CheckoutLine(gettext("Delivery"), order.charged_shipping_amount, 1))
        if order.gift is not None:
            words = gettext("Gift: %(fund)s") % {"fund": order.gift.fund.name}
            lines.append(CheckoutLine(words, order.gift_amount, 1))
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
    if line.charged_amount != line.unit_price_amount * line.quantity:
        name = f"{line.quantity} × {line.product_name}"
        return CheckoutLine(name, line.charged_amount, 1)
    return CheckoutLine(line.product_name, line.unit_price_amount, line.quantity)
