"""Pieces and money that go back: cancelled, returned, goodwill, refunds made at the provider.

A piece refunded before dispatch is cancelled and all of it undone; from dispatch on it is
returned: the maker keeps the pay and the piece becomes owned stock. Rules: docs/money.md.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from donations import gifts, refunding
from donations.models import Gift
from partners import postings
from partners.postings import GiftPart, RefundedUnit, SoldUnit
from weintl.money import Money
from weintl.payments import refunds, states
from weintl.payments.models import Payment

from . import discounts, invoices, orders, stock, write_offs
from .models import Order, OrderRefund, ReturnPiece, ReturnRequest, Unit
from .orders import NotPossible
from .write_offs import ALL_WHOLE, Spoilt

logger = logging.getLogger(__name__)


class NotTheAmount(Exception):
    """The named pieces do not sum to the refund; `message` says so to staff."""

    message = _("Pieces, delivery and goodwill must sum to the refund.")


def sold(unit: Unit) -> SoldUnit:
    """Return what the ledger needs of a piece."""
    return SoldUnit(
        key=str(unit.pk),
        programme_code=unit.line.programme.code,
        supply=unit.supply,
        net=unit.net_amount,
        tax=unit.tax_amount,
        maker_amount=unit.maker_amount,
        uses=unit.uses,
    )


def unrefunded(order: Order) -> list[Unit]:
    """Return the pieces that no refund has claimed: requested, pending or succeeded ones."""
    claimed = set(
        Unit.objects.filter(line__order=order, refunds__refund__state__in=states.LIVE).values_list(
            "pk", flat=True
        )
    )
    return [unit for unit in Unit.objects.of(order) if unit.pk not in claimed]


def refunded_shipping(order: Order) -> int:
    """Return what of the delivery refunds have claimed, in minor units."""
    live = order.refunds.filter(refund__state__in=states.LIVE)
    return int(live.aggregate(total=Sum("shipping_amount"))["total"] or 0)


def left_shipping(order: Order) -> tuple[int, int]:
    """Return what of the delivery no refund has claimed, tax included, and the tax in it.

    Delivery goes back whole or not at all.
    """
    left = order.charged_shipping_amount - refunded_shipping(order)
    return left, order.shipping_tax_amount if left else 0


def give_up(
    order: Order,
    units: Sequence[Unit],
    *,
    spoilt: Spoilt = ALL_WHOLE,
    actor: Any,
    now: datetime,
) -> bool:
    """Cancel or take back pieces of a locked order; say whether one had been sent.

    Pieces that a refund which came to nothing had given up before stay as they are. Raises
    NotPossible where a spoilt one was not sent, is not among `units`, or is on the shelf.
    """
    write_offs.record(units, spoilt, actor=actor, now=now)
    unsent = [unit for unit in units if unit.state == Unit.State.PAID]
    sent = [unit for unit in units if unit.state in {Unit.State.SENT, Unit.State.DELIVERED}]
    # One lock for both: the rows are taken in one order.
    stock.lock(unit.line.variant_id for unit in [*unsent, *sent])
    stock.unassign(units=unsent, actor=actor, now=now)
    whole = [unit for unit in sent if unit.pk not in spoilt.unit_ids]
    stock.take_back(units=whole, actor=actor, now=now)
    for unit in unsent:
        unit.state = Unit.State.CANCELLED
    for unit in sent:
        unit.state = Unit.State.RETURNED
    Unit.objects.bulk_update([*unsent, *sent], ["state"])
    orders.settle_state(order)
    return any(unit.state == Unit.State.RETURNED for unit in units)


def cancel(
    *,
    order_id: int,
    unit_ids: Sequence[int] | None = None,
    reason: str,
    request_key: str,
    actor: Any,
    now: datetime,
) -> OrderRefund:
    """Cancel pieces that were not sent, all unless named, and give their money back.

    Delivery comes back with the last of them, if none was ever sent. An added gift stays given.
    The same `request_key` returns the same refund. Raises NotPossible, refunds.TooMuch, stock.Busy.
    """
    with transaction.atomic():
        order = lock(order_id)
        known = _known(order, request_key)
        if known is not None:
            return known
        units = unrefunded(order) if unit_ids is None else _named(order, unit_ids)
        if not units or any(unit.sent_at for unit in units):
            raise NotPossible
        return _refund(
            order,
            units,
            shipping=left_shipping(order) if is_last(order, units) else (0, 0),
            reason=reason,
            request_key=request_key,
            actor=actor,
            now=now,
        )


def is_last(order: Order, units: Sequence[Unit]) -> bool:
    """Say whether nothing of the order is left, or ever was sent, once `units` are cancelled."""
    every = Unit.objects.filter(line__order=order)
    was_sent = every.filter(sent_at__isnull=False).exists()
    return not was_sent and len(units) == len(unrefunded(order))


def cancellable(order: Order) -> list[Unit]:
    """Return the pieces that the buyer may still cancel; none while a payment is contested."""
    payment = order.payment
    if order.paid_at is None or payment is None or payment.disputes.exists():
        return []
    return [unit for unit in unrefunded(order) if unit.state == Unit.State.PAID]


def refund(
    *,
    order_id: int,
    unit_ids: Sequence[int] = (),
    with_shipping: bool = False,
    with_gift: bool = False,
    goodwill: int = 0,
    spoilt: Spoilt = ALL_WHOLE,
    reason: str,
    request_key: str,
    actor: Any,
    now: datetime,
) -> OrderRefund:
    """Give back named pieces, delivery and added gift if chosen, and `goodwill` minor units.

    Sent pieces go back to the shelf, `spoilt` ones are written off. The same `request_key`
    returns the same refund. Raises NotPossible (a piece that was refunded before, nothing to
    give, or a piece that cannot be written off), refunds.TooMuch, stock.Busy.
    """
    with transaction.atomic():
        order = lock(order_id)
        known = _known(order, request_key)
        if known is not None:
            return known
        units = _named(order, unit_ids)
        return _refund(
            order,
            units,
            shipping=left_shipping(order) if with_shipping else (0, 0),
            gift=left_gift(order) if with_gift else 0,
            goodwill=goodwill,
            spoilt=spoilt,
            reason=reason,
            request_key=request_key,
            actor=actor,
            now=now,
        )


def lock(order_id: int) -> Order:
    """Lock payment, then order: the order in which the provider's news locks them too.

    Raises NotPossible for an order that was never paid.
    """
    payment_id = Order.objects.values_list("payment_id", flat=True).get(pk=order_id)
    Payment.objects.select_for_update(no_key=True).get(pk=payment_id)
    order = orders.lock(order_id)
    if order.paid_at is None:
        raise NotPossible
    return order


def _known(order: Order, request_key: str) -> OrderRefund | None:
    return order.refunds.filter(refund__request_key=request_key).first()


def _named(order: Order, unit_ids: Sequence[int]) -> list[Unit]:
    wanted = set(unit_ids)
    units = [unit for unit in unrefunded(order) if unit.pk in wanted]
    if len(units) != len(wanted):
        raise NotPossible
    return units


def _refund(
    order: Order,
    units: Sequence[Unit],
    *,
    shipping: tuple[int, int],
    gift: int = 0,
    goodwill: int = 0,
    spoilt: Spoilt = ALL_WHOLE,
    reason: str,
    request_key: str,
    actor: Any,
    now: datetime,
) -> OrderRefund:
    amount = sum(unit.charged_amount for unit in units) + shipping[0] + gift + goodwill
    if amount <= 0 or goodwill < 0 or order.payment is None:
        raise NotPossible
    requested = refunds.request(
        payment=order.payment,
        amount=Money(amount, order.currency),
        reason=reason,
        request_key=request_key,
        actor=actor,
        now=now,
    )
    is_sent = give_up(order, units, spoilt=spoilt, actor=actor, now=now)
    if order.state == Order.State.CANCELLED:
        discounts.release(order=order, is_undone=True)
    kind = OrderRefund.Kind.GOODWILL
    if units:
        kind = OrderRefund.Kind.RETURN if is_sent else OrderRefund.Kind.CANCELLATION
    link = OrderRefund.objects.create(
        order=order,
        refund=requested,
        kind=kind,
        shipping_amount=shipping[0],
        shipping_tax_amount=shipping[1],
        gift_amount=gift,
        goodwill_amount=goodwill,
    )
    link.units.set(units)
    close_requests(link, units)
    logger.info("order.refund_requested", extra={"order": order.pk, "refund": requested.pk})
    return link


def close_requests(link: OrderRefund, units: Sequence[Unit]) -> None:
    """Close what buyers asked to send back once the money of all of it is given back."""
    ReturnPiece.objects.filter(unit__in=units, is_open=True).update(is_open=False)
    still = ReturnPiece.objects.filter(is_open=True).values("request_id")
    ReturnRequest.objects.open().filter(pieces__unit__in=units).exclude(pk__in=still).update(
        state=ReturnRequest.State.REFUNDED, refund=link
    )


def post(link: OrderRefund, *, now: datetime) -> None:
    """Write a refund that left us into the ledger; what stands there already stays."""
    key, currency = str(link.refund_id), link.refund.currency
    if link.kind == OrderRefund.Kind.UNFILLABLE:
        postings.post_deposit_refund(
            refund_key=key,
            currency=currency,
            amount=link.refund.amount,
            way=link.refund.way,
            occurred_at=now,
        )
    elif link.kind == OrderRefund.Kind.EXTERNAL:
        postings.post_suspense_refund(
            refund_key=key, currency=currency, amount=link.refund.amount, occurred_at=now
        )
    else:
        _post_pieces(link, from_suspense=False, now=now)


def left_gift(order: Order) -> int:
    """Return what of the added gift no refund has claimed, in minor units."""
    live = order.refunds.filter(refund__state__in=states.LIVE)
    claimed = int(live.aggregate(total=Sum("gift_amount"))["total"] or 0)
    return order.gift_amount - claimed if order.gift_id else 0


def _gift_part(link: OrderRefund) -> GiftPart | None:
    if not link.gift_amount or link.order.gift is None:
        return None
    return replace(gifts.part_of_order(link.order.gift), amount=link.gift_amount, fee_cover=0)


def _post_pieces(link: OrderRefund, *, from_suspense: bool, now: datetime) -> None:
    units = list(link.units.select_related("line__programme").order_by("pk"))
    gone = write_offs.of(units)
    postings.post_unit_refund(
        refund_key=str(link.refund_id),
        currency=link.refund.currency,
        units=[
            RefundedUnit(
                sold(unit),
                is_dispatched=unit.state == Unit.State.RETURNED,
                is_written_off=unit.pk in gone,
            )
            for unit in units
        ],
        shipping=link.shipping_amount - link.shipping_tax_amount,
        shipping_tax=link.shipping_tax_amount,
        gift=_gift_part(link),
        goodwill=link.goodwill_amount,
        occurred_at=now,
        from_suspense=from_suspense,
        way=link.refund.way,
    )
    if link.gift_amount and link.order.gift_id:
        refunding.take_with_order(
            gift=Gift.objects.select_for_update(no_key=True).get(pk=link.order.gift_id),
            refund=link.refund,
            amount=link.gift_amount,
            now=now,
        )


@transaction.atomic
def name_pieces(
    *,
    order_refund_id: int,
    unit_ids: Sequence[int],
    with_shipping: bool,
    with_gift: bool = False,
    goodwill: int,
    spoilt: Spoilt = ALL_WHOLE,
    actor: Any,
    now: datetime,
) -> OrderRefund:
    """Say what a refund made at the provider gave back, so that it leaves suspense.

    Raises NotTheAmount, NotPossible (named before, or a refund that came to nothing).
    """
    link = OrderRefund.objects.select_related("refund").get(pk=order_refund_id)
    order = lock(link.order_id)
    link.refresh_from_db()
    if link.kind != OrderRefund.Kind.EXTERNAL or link.named_at is not None:
        raise NotPossible
    if link.refund.state not in states.LEFT:
        raise NotPossible
    units = _named(order, unit_ids)
    shipping, shipping_tax = left_shipping(order) if with_shipping else (0, 0)
    gift = left_gift(order) if with_gift else 0
    total = sum(unit.charged_amount for unit in units) + shipping + gift + goodwill
    if goodwill < 0 or total != link.refund.amount:
        raise NotTheAmount
    give_up(order, units, spoilt=spoilt, actor=actor, now=now)
    link.units.set(units)
    close_requests(link, units)
    link.shipping_amount = shipping
    link.shipping_tax_amount = shipping_tax
    link.gift_amount = gift
    link.goodwill_amount = goodwill
    link.named_at = now
    amounts = ["shipping_amount", "shipping_tax_amount", "gift_amount", "goodwill_amount"]
    link.save(update_fields=[*amounts, "named_at"])
    _post_pieces(link, from_suspense=True, now=now)
    invoices.issue_due(order, now=now)
    return link
