"""Send money back. The row comes first; the request to the provider can be repeated safely."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Sum

from weintl.background import enqueue
from weintl.money import Money

from . import backoff, client, states, syncing
from .handlers import handler_for
from .models import Payment, Refund, Way
from .roots import Clue

logger = logging.getLogger(__name__)

STATE = Refund.State
TASK = "weintl.payments.tasks.send_refund"
QUEUE_GRACE = timedelta(minutes=1)
# Makes the provider list the refunds even where its charge does not show one yet.
LOOK = Clue(kind="refund")


class TooMuch(Exception):
    """The refund would exceed what is left of the payment; `remaining` is Money."""

    def __init__(self, remaining: Money) -> None:
        """Keep what could be refunded still."""
        super().__init__(f"{remaining.amount} {remaining.currency} are left.")
        self.remaining = remaining


class NotRefundable(Exception):
    """The payment has not succeeded, so nothing can go back."""


def remaining(payment: Payment) -> Money:
    """Return what of the payment no refund has claimed: requested, pending or succeeded ones."""
    rows = payment.refunds.filter(state__in=states.LIVE)
    claimed = int(rows.aggregate(total=Sum("amount"))["total"] or 0)
    return Money(payment.amount - claimed, payment.currency)


def is_charged_back(payment: Payment) -> bool:
    """Say whether a bank holds money of it, or took it for good: no refund goes out then.

    A bank that only asks holds nothing, and one that gave it back holds nothing any more.
    Source: docs.stripe.com/api/disputes/object, `is_charge_refundable`.
    """
    return any(dispute.contested_amount > 0 for dispute in payment.disputes.all())


def request(
    *,
    payment: Payment,
    amount: Money,
    reason: str,
    request_key: str,
    actor: Any,
    now: datetime,
) -> Refund:
    """Ask for a refund, in the caller's transaction; it is sent after the commit.

    What was paid by hand is given back by hand: it waits for `offline.give_back`.
    The same `request_key` returns the same refund. Raises TooMuch, NotRefundable, or ValueError
    for an amount that is not positive or of another currency.
    """
    with transaction.atomic():
        payment = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
        known = Refund.objects.filter(request_key=request_key).first()
        if known is not None:
            return known
        if payment.state != Payment.State.SUCCEEDED:
            raise NotRefundable(f"The payment is {payment.state}.")
        if amount.currency != payment.currency or amount.amount <= 0:
            raise ValueError("A refund is a positive amount in the payment's currency.")
        left = remaining(payment)
        if amount > left:
            raise TooMuch(left)
        is_online = payment.way == Way.PROVIDER
        refund = Refund.objects.create(
            payment=payment,
            request_key=request_key,
            amount=amount.amount,
            currency=amount.currency,
            reason=reason[:250],
            requested_by=actor,
            created_at=now,
            way=payment.way,
            next_attempt_at=now + QUEUE_GRACE if is_online else None,
        )
        if is_online:
            enqueue(TASK, refund_id=refund.pk)
    return refund


def send(*, refund_id: int, now: datetime) -> None:
    """Send one requested refund to the provider and book its answer; do nothing for others.

    A provider that does not answer leaves it requested, to be sent again under the same key.
    """
    refund = _begin(refund_id, now=now)
    if refund is None:
        return
    payment = refund.payment
    # The provider may have taken an earlier request whose answer was lost, and may have
    # forgotten its key since: looking first, it cannot go out twice.
    if refund.attempts > 1 and not _is_still_to_send(refund, now=now):
        return
    try:
        client.create_refund(
            intent_id=payment.intent_id or "",
            amount=refund.amount,
            metadata={"payment": str(payment.public_id), "refund": refund.request_key},
            idempotency_key=f"refund:{payment.public_id}:{refund.pk}:{refund.key_number}",
        )
    except client.Broken as error:
        Refund.objects.filter(pk=refund.pk).update(key_number=F("key_number") + 1)
        logger.warning("refund.unsent", extra={"refund": refund.pk, "reason": str(error)})
    except client.Unavailable as error:
        logger.warning("refund.unsent", extra={"refund": refund.pk, "reason": str(error)})
    except client.Refused as error:
        _refuse(refund, code=error.code or str(error), now=now)
    else:
        syncing.check(payment_id=payment.pk, now=now, clue=LOOK)


def _is_still_to_send(refund: Refund, *, now: datetime) -> bool:
    has_answered = syncing.check(payment_id=refund.payment_id, now=now, clue=LOOK)
    refund.refresh_from_db(fields=["state"])
    return has_answered and refund.state == STATE.REQUESTED


def _begin(refund_id: int, *, now: datetime) -> Refund | None:
    """Count the attempt before it is made: a killed worker must not make it look like the first."""
    with transaction.atomic():
        waiting = Refund.objects.select_for_update(no_key=True, of=("self",))
        refund = (
            waiting.select_related("payment")
            .filter(pk=refund_id, state=STATE.REQUESTED, way=Way.PROVIDER)
            .first()
        )
        if refund is None:
            return None
        refund.attempts += 1
        refund.next_attempt_at = now + backoff.delay(refund.attempts)
        refund.save(update_fields=["attempts", "next_attempt_at"])
    return refund


def _refuse(refund: Refund, *, code: str, now: datetime) -> None:
    """Keep that the provider will not do it, and tell the handler so that its claim is freed."""
    with transaction.atomic():
        syncing.lock(refund.payment)
        payment = Payment.objects.select_for_update(no_key=True).get(pk=refund.payment_id)
        refund = Refund.objects.select_for_update(no_key=True).get(pk=refund.pk)
        if refund.state != STATE.REQUESTED:
            return
        states.move_refund(refund, to=STATE.REFUSED)
        refund.failure_reason = code[:120]
        refund.save(update_fields=["state", "failure_reason"])
        handler_for(payment.purpose).refused(payment, refund, now=now)
    logger.error("refund.refused", extra={"refund": refund.pk, "code": code})
