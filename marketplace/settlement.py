"""What a payment does to its order. Called by weintl.payments, inside its transaction."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override

from donations import gifts, refunding
from donations.models import Gift
from partners import postings, splits
from partners.models import SplitRule
from weintl.background import enqueue
from weintl.payments import refunds
from weintl.payments.handlers import PaymentHandler
from weintl.payments.models import Dispute, Payment, Refund

from . import cart as carts
from . import discounts, estimates, gift_receipts, invoices, notices, orders, returns, stock
from .models import Order, OrderLine, OrderRefund, Unit

logger = logging.getLogger(__name__)


class OrderSettlement(PaymentHandler):
    """Books what happens to the payment of an order. Every method may run again."""

    def paid(self, payment: Payment, *, now: datetime) -> None:
        """Give the pieces to the buyer and each cent its place, or send the money back."""
        order = _lock(payment)
        if order.paid_at is not None:
            return
        lines = list(order.lines.select_related("variant__product", "programme").order_by("pk"))
        discounts.settle(order=order)
        if not _has_pieces(order, lines, now=now):
            _unfillable(order, payment, now=now)
            return
        units = [unit for line in lines for unit in _freeze(line, order, now=now)]
        Unit.objects.bulk_create(units)
        postings.post_sale(
            payment_key=str(payment.public_id),
            currency=order.currency,
            shipping=order.net_shipping_amount,
            shipping_tax=order.shipping_tax_amount,
            units=[returns.sold(unit) for unit in units],
            gift=gifts.part_of_order(order.gift) if order.gift else None,
            way=payment.way,
            occurred_at=now,
        )
        if order.gift is not None:
            gifts.receive(gift=order.gift, payment=payment, now=now)
        order.state = Order.State.PAID
        order.paid_at = now
        _promise(order, now=now)
        order.save(update_fields=["state", "paid_at", "due_on", "expected_from", "expected_to"])
        carts.take_out(cart_id=order.cart_id, variant_ids=[line.variant_id for line in lines])
        notices.confirmed(order, lines=lines, units=units, now=now)
        if order.is_handed_over:
            # The stock is locked by now: these are the same rows.
            orders.hand_over(order, actor=order.entered_by, now=now)
        logger.info("order.paid", extra={"order": order.pk})

    def settled(self, payment: Payment, *, now: datetime) -> None:
        """Book the provider's real fee; operations bears it."""
        postings.post_fee(
            payment_key=str(payment.public_id),
            currency=payment.settled_currency or payment.currency,
            fee=payment.fee_amount or 0,
            occurred_at=now,
        )

    def failed(self, payment: Payment, *, now: datetime) -> None:
        """Let go what the order holds."""
        _close_unpaid(payment, now=now)

    def expired(self, payment: Payment, *, now: datetime) -> None:
        """Let go what the order holds."""
        _close_unpaid(payment, now=now)

    def refunded(self, payment: Payment, refund: Refund, *, now: datetime) -> None:
        """Book a refund's pieces, delivery and goodwill; or that its money came back."""
        order = _lock(payment)
        if refund.state == Refund.State.FAILED:
            postings.post_refund_failed(refund_key=str(refund.pk), occurred_at=now)
            notices.refund_failed(order, refund, now=now)
            if order.gift_id:
                refunding.came_back(refund=refund)
                refunding.keep_sum(
                    Gift.objects.select_for_update(no_key=True).get(pk=order.gift_id)
                )
            return
        if refund.state not in {Refund.State.PENDING, Refund.State.SUCCEEDED}:
            return
        link = OrderRefund.objects.filter(refund=refund).first()
        if link is None:
            link = _made_at_provider(order, payment, refund, now=now)
        returns.post(link, now=now)
        notices.refunded(link, now=now)
        logger.info("order.refunded", extra={"order": order.pk, "refund": refund.pk})

    def disputed(self, payment: Payment, dispute: Dispute, *, now: datetime) -> None:
        """Park a contested amount; give it back to the books if won, else operations bears it."""
        _lock(payment)
        taken = [row for row in dispute.balance_transactions if row["amount"] < 0]
        given = [row for row in dispute.balance_transactions if row["amount"] > 0]
        if taken:
            postings.post_dispute_opened(
                dispute_key=dispute.dispute_id,
                currency=dispute.currency,
                amount=dispute.withdrawn_amount,
                fee=sum(row["fee"] for row in taken),
                occurred_at=now,
            )
        if given:
            postings.post_dispute_won(
                dispute_key=dispute.dispute_id,
                currency=dispute.currency,
                amount=dispute.reinstated_amount,
                fee_returned=-sum(row["fee"] for row in given),
                occurred_at=now,
            )
        if dispute.state == "lost":
            postings.post_dispute_lost(
                dispute_key=dispute.dispute_id,
                currency=dispute.currency,
                amount=dispute.withdrawn_amount - dispute.reinstated_amount,
                occurred_at=now,
            )

    def issue_papers(self, payment: Payment, *, now: datetime) -> None:
        """Issue the order's invoice, and credit notes over what went back."""
        order = Order.objects.select_related("gift__fund", "gift__donor", "gift__payment").get(
            payment=payment
        )
        if invoices.issue_due(order, now=now):
            enqueue("marketplace.tasks.keep_invoices")
        if gift_receipts.issue_due(order, now=now):
            enqueue("donations.tasks.keep_receipts")

    def admin_urls(self, payments: Sequence[Payment]) -> dict[int, str]:
        """Return where staff see the orders."""
        orders = Order.objects.filter(payment__in=payments).values_list("payment_id", "pk")
        return {pid: reverse("admin:marketplace_order_change", args=[pk]) for pid, pk in orders}

    @classmethod
    def title(cls, reference: str) -> str:
        """Return the order's number."""
        return str(_("Order %s") % reference)


def _promise(order: Order, *, now: datetime) -> None:
    """Say until when the order leaves and arrives, from what was said when it was placed."""
    if order.handling_days is None:
        return
    order.due_on = estimates.after(localdate(now), order.handling_days)
    coming = orders.expected(order, sent_on=order.due_on)
    if coming is not None:
        order.expected_from, order.expected_to = coming.first, coming.last


def _lock(payment: Payment) -> Order:
    return Order.objects.select_for_update(no_key=True).get(payment=payment)


def _has_pieces(order: Order, lines: Sequence[OrderLine], *, now: datetime) -> bool:
    """Say whether the order's pieces are its own: held till now, or free still."""
    if stock.convert(order=order, now=now):
        return True
    wanted = {line.variant_id: line.quantity for line in lines}
    try:
        stock.allocate_late(order=order, wanted=wanted, now=now)
    except stock.SoldOut:
        return False
    return True


def _freeze(line: OrderLine, order: Order, *, now: datetime) -> list[Unit]:
    """Return the line's pieces with their cents, by the rule that was shown to the buyer."""
    rules = SplitRule.objects.in_force(at=order.placed_at).filter(programme_id=line.programme_id)
    rule = splits.rule_for(
        line.programme_id, line.variant.product.code, order.placed_at, list(rules)
    )
    supplies = stock.assign(
        line_id=line.pk,
        variant_id=line.variant_id,
        quantity=line.quantity,
        source_key=f"line/{line.pk}/assigned",
        now=now,
    )
    shares = splits.split_line(
        net=line.net_amount,
        tax=line.tax_amount,
        quantity=line.quantity,
        terms=splits.terms(rule),
        supplies=[supply.kind for supply in supplies],
        owned_costs=[supply.cost for supply in supplies if supply.kind == splits.OWNED],
    )
    return [
        Unit(
            line=line,
            position=position,
            supply=supply.kind,
            rule=rule,
            currency=line.currency,
            net_amount=share.net,
            tax_amount=share.tax,
            maker_amount=share.maker,
            operations_amount=share.operations,
            **{f"{use}_amount": amount for use, amount in share.uses.items()},
        )
        for position, (supply, share) in enumerate(zip(supplies, shares, strict=True))
    ]


def _unfillable(order: Order, payment: Payment, *, now: datetime) -> None:
    """Owe all of it back and send it back by itself; nobody gets a share."""
    discounts.release(order=order, is_undone=True)
    postings.post_deposit(
        payment_key=str(payment.public_id),
        currency=payment.currency,
        amount=payment.amount,
        way=payment.way,
        occurred_at=now,
    )
    with override(order.language):
        reason = _("Paid after the pieces had been sold to somebody else.")
    refund = refunds.request(
        payment=payment,
        amount=payment.money,
        reason=reason,
        request_key=f"late:{payment.session_id or payment.public_id}",
        actor=None,
        now=now,
    )
    OrderRefund.objects.get_or_create(
        refund=refund, defaults={"order": order, "kind": OrderRefund.Kind.UNFILLABLE}
    )
    order.state = Order.State.UNFILLABLE
    order.paid_at = now
    order.save(update_fields=["state", "paid_at"])
    notices.unfillable(order, now=now)
    logger.error("order.unfillable", extra={"order": order.pk})


def _close_unpaid(payment: Payment, *, now: datetime) -> None:
    order = _lock(payment)
    discounts.release(order=order)
    stock.release(order=order, now=now)
    if order.gift is not None:
        gifts.close_unpaid(gift=order.gift, state=Gift.State.EXPIRED)
    if order.state == Order.State.AWAITING_PAYMENT:
        order.state = Order.State.EXPIRED
        order.save(update_fields=["state"])


def _made_at_provider(
    order: Order, payment: Payment, refund: Refund, *, now: datetime
) -> OrderRefund:
    """Say what a refund made at the provider gives back: all that is left, or yet unnamed."""
    if order.state == Order.State.UNFILLABLE:
        return OrderRefund.objects.create(
            order=order, refund=refund, kind=OrderRefund.Kind.UNFILLABLE
        )
    units = returns.unrefunded(order)
    delivery, delivery_tax = returns.left_shipping(order)
    gift = returns.left_gift(order)
    left = sum(unit.charged_amount for unit in units) + delivery + gift
    is_full = payment.refunded_amount == payment.amount and refund.amount == left
    if not is_full:
        return OrderRefund.objects.create(
            order=order, refund=refund, kind=OrderRefund.Kind.EXTERNAL
        )
    is_sent = returns.give_up(order, units, actor=None, now=now)
    link = OrderRefund.objects.create(
        order=order,
        refund=refund,
        kind=OrderRefund.Kind.RETURN if is_sent else OrderRefund.Kind.CANCELLATION,
        shipping_amount=delivery,
        shipping_tax_amount=delivery_tax,
        gift_amount=gift,
    )
    link.units.set(units)
    returns.close_requests(link, units)
    return link
