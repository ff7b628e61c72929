"""Links to the provider's payment page, mailed for orders that staff entered."""

from datetime import datetime

from weintl.mail import outbox
from weintl.mail.models import Mail
from weintl.money import Money
from weintl.payments.models import Way

from . import checkout, orders
from .models import Channel, Order


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
