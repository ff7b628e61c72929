"""Links to the provider's payment page, mailed for orders that staff entered."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from weintl.mail import outbox
from weintl.mail.models import Mail
from weintl.money import Money
from weintl.payments.models import Way

from . import checkout, entering, offers, orders
from .holds import CLOSED_UNPAID
from .models import Channel, Order
from .offers import Details

RENEWED = UUID("5f6c2ad6-9f0e-4c0b-8a53-2f1a4d0c7e11")


def send(*, order: Order, now: datetime) -> str:
    """Open the order's payment page, mail its address to the buyer, and return the address.

    Asked again it is the same page, and one mail. Call it outside any transaction. Raises
    orders.NotPossible, sessions.ProviderUnavailable, or sessions.NotPayable once it is paid or
    lapsed.
    """
    payment = order.payment
    if payment is None or payment.way != Way.PROVIDER or order.channel == Channel.WEB:
        raise orders.NotPossible
    url = checkout.open_payment(order=order, now=now)
    _mail(order, url=url, now=now)
    return url


def is_lapsed(order: Order) -> bool:
    """Say whether an order that staff entered had a link, and its page closed unpaid."""
    payment = order.payment
    return (
        payment is not None
        and payment.way == Way.PROVIDER
        and order.channel != Channel.WEB
        and order.state == Order.State.EXPIRED
        and payment.state in CLOSED_UNPAID
        and order.erased_at is None
    )


def renew(*, order: Order, actor: Any, now: datetime) -> Order:
    """Enter a lapsed order once more, as it was agreed, and return the new one.

    The old one stays lapsed: the provider has closed its page for good, so only the new link
    can be paid. Renewed twice it is the same new order. Raises orders.NotPossible,
    checkout.Changed where it would not cost the same today, and what entering.place raises.
    """
    if not is_lapsed(order):
        raise orders.NotPossible
    key = uuid5(RENEWED, order.submission_key).hex
    known = entering.placed(key)
    if known is not None:
        return known
    sale = _as_before(order)
    quote = entering.check(sale, entering.foresee(sale, now=now), now=now)
    if quote.total != order.total_amount:
        raise checkout.Changed
    shown = offers.read_shown(offers.write_shown(quote, key=key))
    assert shown is not None
    return entering.place(sale, shown=shown, actor=actor, now=now)


def _as_before(order: Order) -> entering.Sale:
    """Return what staff said when they entered it."""
    lines: dict[int, int] = {}
    for line in order.lines.order_by("position", "pk"):
        lines[line.variant_id] = lines.get(line.variant_id, 0) + line.quantity
    names = ("street", "street_extra", "district", "city", "region", "postcode")
    place = {name: getattr(order, name) for name in names}
    used = getattr(order, "voucher_use", None)
    return entering.Sale(
        channel=order.channel,
        way=Way.PROVIDER,
        lines=lines,
        details=Details(email=order.email, name=order.name, country=str(order.country), **place),
        is_handed_over=order.is_handed_over,
        off=order.staff_discount_amount,
        off_reason=order.staff_discount_reason,
        voucher=used.voucher.code if used else "",
        language=order.language,
    )


def _mail(order: Order, *, url: str, now: datetime) -> Mail:
    total = Money(order.total_amount, order.currency)
    lines = order.lines.order_by("position", "pk")
    context = {
        "name": order.name,
        "number": order.number,
        "lines": [{"label": line.product_name, "quantity": line.quantity} for line in lines],
        "total": {"amount": total.amount, "currency": total.currency},
        "url": url,
    }
    return outbox.queue(
        key=f"order/{order.number}/payment-link",
        template="marketplace/payment_link",
        to=order.email,
        language=order.language,
        context=context,
        cause=f"order:{order.pk}",
        now=now,
    )
