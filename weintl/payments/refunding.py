"""Book the provider's refunds of one payment: those that we asked for and those made there."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Sum

from . import states
from .handlers import handler_for
from .models import Payment, Refund
from .truth import Json, Mismatch, at

STATE = Refund.State
# Source: docs.stripe.com/api/refunds/object, `status`.
STATES = {
    "pending": STATE.PENDING,
    "requires_action": STATE.PENDING,
    "succeeded": STATE.SUCCEEDED,
    "failed": STATE.FAILED,
    "canceled": STATE.FAILED,
}


def book(payment: Payment, *, found: list[Json], moment: datetime) -> None:
    """Take over the provider's refunds, oldest first. The caller holds the payment's locks."""
    for theirs in found:
        refund = _ours(payment, theirs)
        if (theirs["amount"], theirs["currency"]) != (refund.amount, refund.currency):
            raise Mismatch(
                "A refund of another amount than ours.",
                object_id=theirs["id"],
                ours=refund.amount,
                theirs=theirs["amount"],
            )
        _book_one(payment, refund=refund, theirs=theirs, moment=moment)


def left(payment: Payment) -> int:
    """Return what refunds took away: the sum of those pending or succeeded, minor units."""
    rows = payment.refunds.filter(state__in=states.LEFT)
    return int(rows.aggregate(total=Sum("amount"))["total"] or 0)


def _ours(payment: Payment, theirs: Json) -> Refund:
    known = payment.refunds.filter(refund_id=theirs["id"]).first()
    if known is not None:
        return known
    key = theirs.get("metadata", {}).get("refund", "")
    asked = payment.refunds.filter(request_key=key, refund_id=None).first() if key else None
    if asked is not None:
        asked.refund_id = theirs["id"]
        return asked
    return Refund(
        payment=payment,
        refund_id=theirs["id"],
        request_key=f"external:{theirs['id']}",
        amount=theirs["amount"],
        currency=theirs["currency"],
        reason=str(theirs.get("reason") or "")[:250],
        is_external=True,
        created_at=at(theirs["created"]),
    )


def _book_one(payment: Payment, *, refund: Refund, theirs: Json, moment: datetime) -> None:
    to = STATES[theirs["status"]]
    before = _ids(refund)
    _keep_transactions(refund, theirs)
    if refund.refunded_at is None:
        refund.refunded_at = refund.settled_at or at(theirs["created"])
    when = refund.refunded_at
    if to == STATE.FAILED:
        if refund.state not in {*states.LEFT, STATE.FAILED}:
            # The failure is the first that is heard of it: whoever keeps books sees the money
            # leave first.
            _move(payment, refund=refund, to=STATE.PENDING, now=when)
        if refund.failed_at is None:
            failure = theirs.get("failure_balance_transaction")
            refund.failed_at = at(failure["created"]) if isinstance(failure, dict) else moment
            refund.failure_reason = str(theirs.get("failure_reason") or theirs["status"])[:120]
        when = refund.failed_at
    is_news = before != _ids(refund)
    if not _move(payment, refund=refund, to=to, now=when) and is_news:
        refund.save()
    if is_news:
        handler_for(payment.purpose).refund_settled(payment, refund)


def _ids(refund: Refund) -> tuple[str | None, ...]:
    return (
        refund.refund_id,
        refund.balance_transaction_id,
        refund.failure_balance_transaction_id,
    )


def _keep_transactions(refund: Refund, theirs: Json) -> None:
    transaction = theirs.get("balance_transaction")
    if isinstance(transaction, dict):
        refund.balance_transaction_id = transaction["id"]
        refund.settled_at = at(transaction["created"])
        refund.settled_currency = transaction["currency"]
        refund.settled_amount = -transaction["amount"]
    failure = theirs.get("failure_balance_transaction")
    if isinstance(failure, dict):
        refund.failure_balance_transaction_id = failure["id"]
        refund.failure_settled_amount = failure["amount"]


def _move(payment: Payment, *, refund: Refund, to: str, now: datetime) -> bool:
    if not states.move_refund(refund, to=to):
        return False
    refund.save()
    payment.refunded_amount = left(payment)
    payment.save(update_fields=["refunded_amount"])
    handler_for(payment.purpose).refunded(payment, refund, now=now)
    return True
