"""Book the provider's disputes of one payment. Its words for their states are kept as they are."""

from __future__ import annotations

from datetime import datetime

from .handlers import handler_for
from .models import Dispute, Payment
from .truth import Json, at

WON = "won"
LOST = "lost"
# Source: docs.stripe.com/api/disputes/object, `status`.
CLOSED = frozenset({WON, LOST, "warning_closed", "prevented"})
KEPT = ("id", "amount", "fee", "net", "currency", "created")


def book(payment: Payment, *, found: list[Json], moment: datetime) -> None:
    """Take over the provider's disputes, oldest first. The caller holds the payment's locks."""
    for theirs in found:
        dispute = payment.disputes.filter(dispute_id=theirs["id"]).first()
        if dispute is None:
            dispute = _opened(payment, theirs=theirs)
        _book_one(payment, dispute=dispute, theirs=theirs, moment=moment)


def _opened(payment: Payment, *, theirs: Json) -> Dispute:
    dispute = Dispute(
        payment=payment,
        dispute_id=theirs["id"],
        amount=theirs["amount"],
        currency=theirs["currency"],
        reason=str(theirs.get("reason") or "")[:80],
        opened_at=at(theirs["created"]),
    )
    if theirs["status"] in {WON, LOST}:
        # The end is the first that is heard of it: whoever keeps books sees the money leave first.
        withdrawn = [row for row in _transactions(theirs) if row["amount"] < 0]
        dispute.state = "under_review"
        dispute.balance_transactions = withdrawn
        dispute.save()
        handler_for(payment.purpose).disputed(
            payment, dispute, now=at(withdrawn[0]["created"]) if withdrawn else dispute.opened_at
        )
    return dispute


def _book_one(payment: Payment, *, dispute: Dispute, theirs: Json, moment: datetime) -> None:
    transactions = _transactions(theirs)
    booked = {row["id"] for row in dispute.balance_transactions}
    fresh = [row for row in transactions if row["id"] not in booked]
    is_first = dispute.pk is None
    if not is_first and dispute.state == theirs["status"] and not fresh:
        return
    dispute.state = theirs["status"]
    dispute.balance_transactions = transactions
    due = (theirs.get("evidence_details") or {}).get("due_by")
    dispute.evidence_due_at = at(due) if due else None
    when = at(fresh[-1]["created"]) if fresh else (dispute.opened_at if is_first else moment)
    if dispute.state in CLOSED and dispute.closed_at is None:
        dispute.closed_at = when
    dispute.save()
    handler_for(payment.purpose).disputed(payment, dispute, now=when)


def _transactions(theirs: Json) -> list[Json]:
    rows = sorted(theirs.get("balance_transactions") or [], key=lambda row: row["created"])
    return [{name: row[name] for name in KEPT} for row in rows]
