"""Book the provider's disputes of one payment. Its words for their states are kept as they are."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import override

from weintl.mail import outbox
from weintl.organisation.models import Organisation
from weintl.web import absolute

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
    if dispute.state not in CLOSED:
        # An appeal opens it again.
        dispute.closed_at = None
    elif dispute.closed_at is None:
        dispute.closed_at = when
    dispute.save()
    if dispute.state.endswith("needs_response"):
        _alert(dispute, now=when)
    handler_for(payment.purpose).disputed(payment, dispute, now=when)


def _alert(dispute: Dispute, *, now: datetime) -> None:
    """Tell staff once what is to be answered, and until when: who misses the day has lost."""
    payment, due = dispute.payment, dispute.evidence_due_at
    outbox.queue(
        key=f"dispute/{dispute.pk}/{dispute.state}",
        template="payments/dispute_alert",
        to=Organisation.current().contact_email,
        language="en",
        context={
            "title": handler_for(payment.purpose).title(payment.reference),
            "amount": {"amount": dispute.amount, "currency": dispute.currency},
            "reason": dispute.reason,
            "due": _day(due) if due else "",
            "url": absolute(reverse("admin:payments_dispute_change", args=[dispute.pk])),
        },
        cause=f"dispute:{dispute.pk}",
        now=now,
    )


def _day(moment: datetime) -> str:
    with override("en"):
        return date_format(localtime(moment), "DATETIME_FORMAT")


def _transactions(theirs: Json) -> list[Json]:
    rows = sorted(theirs.get("balance_transactions") or [], key=lambda row: row["created"])
    return [{name: row[name] for name in KEPT} for row in rows]
