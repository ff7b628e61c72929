"""What the buyer is told by mail. Each is a row in the transaction that causes it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from partners import cloth
from weintl.mail import outbox
from weintl.money import Money
from weintl.money.formatting import format_rate
from weintl.organisation.models import Organisation
from weintl.payments.models import Refund, Way
from weintl.web import absolute

from . import trail
from .estimates import Arrival
from .models import Delay, Order, OrderLine, OrderRefund, ReturnRequest, Shipment, Unit

# Mails bear no style sheet: the dyes of static/css/tokens.css by their class.
DYES = {
    "s1": "#24356b",
    "s2": "#f2c230",
    "s3": "#1f5c45",
    "s4": "#7fa6c4",
    "s5": "#7a5230",
    "s6": "#d9d6c8",
}


def confirmed(
    order: Order,
    *,
    lines: Sequence[OrderLine],
    units: Sequence[Unit],
    now: datetime,
    key: str = "confirmation",
) -> None:
    """Confirm a paid order, with what its pieces pay for; once for each `key`."""
    net = Money(sum(unit.net_amount for unit in units), order.currency)
    with override(order.language):
        stripes = cloth.weave([part for unit in units for part in trail.parts_of(unit)], total=net)
    context = {
        "lines": [
            {
                "label": line.product_name,
                "quantity": line.quantity,
                "money": _json(line.unit_price * line.quantity),
            }
            for line in lines
        ],
        "discount": _json(order.discount) if order.discount_amount else None,
        "shipping": _json(order.shipping),
        "taxes": [
            {
                "label": f"{tax.name}, {format_rate(tax.rate_ppm)}",
                "is_included": tax.is_inclusive,
                "money": _json(tax.money),
            }
            for tax in order.taxes.order_by("pk")
        ],
        "gift": _gift(order),
        "total": _json(order.total),
        "arrives": _arrives(order, order.arrival),
        "net": _json(net),
        "parts": [
            {
                "label": stripe.label,
                "share": stripe.share,
                "dye": DYES[stripe.css],
                "width": stripe.width,
                "money": _json(stripe.money),
            }
            for stripe in stripes
        ],
    }
    _queue(order, key=key, template="order_confirmation", context=context, now=now)


def _gift(order: Order) -> dict[str, Any] | None:
    if order.gift is None:
        return None
    with override(order.language):
        return {"label": order.gift.fund.name, "money": _json(order.gift_money)}


def unfillable(order: Order, *, now: datetime) -> None:
    """Say that the pieces were gone and that all of the money goes back."""
    context = {"total": _json(order.total)}
    _queue(order, key="unfillable", template="order_unfillable", context=context, now=now)


def refunded(link: OrderRefund, *, now: datetime) -> None:
    """Say what money went back, and for what."""
    order, refund = link.order, link.refund
    context = {
        "amount": _json(refund.money),
        "total": _json(order.total),
        "parts": _refund_parts(link),
        "is_by_hand": refund.way != Way.PROVIDER,
    }
    _queue(order, key=f"refund/{refund.pk}", template="order_refunded", context=context, now=now)


def refund_failed(order: Order, refund: Refund, *, now: datetime) -> None:
    """Say that the buyer's bank sent the money back to us, and what comes next."""
    context = {"amount": _json(refund.money)}
    key = f"refund/{refund.pk}/failed"
    _queue(order, key=key, template="order_refund_failed", context=context, now=now)


def _refund_parts(link: OrderRefund) -> list[dict[str, Any]]:
    """Return what a refund is made of; nothing while nobody has named its pieces."""
    order = link.order
    sums: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for unit in Unit.objects.of(order).filter(refunds=link):
        sums[unit.line.product_name] += unit.charged_amount
        counts[unit.line.product_name] += 1
    with override(order.language):
        rest = (
            (_("Delivery"), link.shipping_amount),
            (_("Gift"), link.gift_amount),
            (_("Goodwill"), link.goodwill_amount),
        )
    found = [(name, counts[name], amount) for name, amount in sums.items()]
    found += [(str(name), 1, amount) for name, amount in rest if amount]
    return [
        {"label": name, "quantity": count, "money": _json(Money(amount, order.currency))}
        for name, count, amount in found
    ]


def sent(shipment: Shipment, *, units: Sequence[Unit], now: datetime) -> None:
    """Say what is on its way, how to follow it, when it comes and what is still to come."""
    order = shipment.order
    waiting = Unit.objects.of(order).filter(state=Unit.State.PAID)
    context = {"pieces": _pieces(units), "waiting": _pieces(waiting), **_tracking(shipment)}
    if waiting:
        context["waiting_arrives"] = _arrives(order, order.arrival)
    _queue(order, key=f"parcel/{shipment.pk}", template="order_sent", context=context, now=now)


def tracked(shipment: Shipment, *, units: Sequence[Unit], key: str, now: datetime) -> None:
    """Say that a parcel is followed by another number than was said; once for each `key`."""
    context = {"pieces": _pieces(units), **_tracking(shipment)}
    name = f"parcel/{shipment.pk}/{key}"
    _queue(shipment.order, key=name, template="order_tracking", context=context, now=now)


def delayed(delay: Delay, *, units: Sequence[Unit], now: datetime) -> None:
    """Say that pieces come later, until when, and why."""
    order = delay.order
    with override(order.language):
        context = {
            "pieces": _pieces(units),
            "reason": delay.get_reason_display(),
            "words": delay.words,
            "day": date_format(delay.expected_on, "DATE_FORMAT"),
        }
    _queue(order, key=f"delay/{delay.pk}", template="order_delayed", context=context, now=now)


def return_asked(request: ReturnRequest, *, units: Sequence[Unit], now: datetime) -> None:
    """Say that the wish to send pieces back has arrived, and that an answer follows."""
    context = {"pieces": _pieces(units)}
    _queue(
        request.order, key=f"return/{request.pk}", template="return_asked", context=context, now=now
    )


def return_answered(request: ReturnRequest, *, units: Sequence[Unit], now: datetime) -> None:
    """Say where to send pieces and at whose cost, or why not."""
    context = {
        "pieces": _pieces(units),
        "is_agreed": request.state == ReturnRequest.State.AGREED,
        "is_ours_to_pay": request.is_ours_to_pay,
        "words": request.answer,
        "address": Organisation.current().address,
    }
    key = f"return/{request.pk}/{request.state}"
    _queue(request.order, key=key, template="return_answered", context=context, now=now)


def _pieces(units: Iterable[Unit]) -> list[dict[str, Any]]:
    counts = Counter(unit.line.product_name for unit in units)
    return [{"label": label, "quantity": count} for label, count in counts.items()]


def _tracking(shipment: Shipment) -> dict[str, Any]:
    with override(shipment.order.language):
        return {
            "carrier": shipment.carrier.name if shipment.carrier else "",
            "tracking_number": shipment.tracking_number,
            "follow": shipment.follow_address,
            "arrives": _arrives(shipment.order, shipment.arrival),
        }


def _arrives(order: Order, arrival: Arrival | None) -> str:
    with override(order.language):
        return arrival.words if arrival else ""


def _json(money: Money) -> dict[str, Any]:
    return {"amount": money.amount, "currency": money.currency}


def _queue(
    order: Order, *, key: str, template: str, context: dict[str, Any], now: datetime
) -> None:
    if order.erased_at is not None or not order.email:
        # Nobody is left to write to, or a buyer at a fair gave no address.
        return
    with override(order.language):
        url = absolute(order.get_absolute_url())
    outbox.queue(
        key=f"order/{order.pk}/{key}",
        template=f"marketplace/{template}",
        to=order.email,
        language=order.language,
        context={"number": order.number, "name": order.name, "url": url, **context},
        cause=f"order:{order.pk}",
        now=now,
    )
