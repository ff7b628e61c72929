"""Hold each of the provider's balance transactions against the row of ours that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, Sum

from . import client, payouts, roots, states, syncing
from .client import Json
from .models import Dispute, Payment, ProviderPayout, Refund
from .models.payments import IS_ONLINE
from .truth import Mismatch, at

# Reporting categories, which do not change with the way of paying as types do.
# Source: docs.stripe.com/reports/reporting-categories.
PAID = "charge"
GIVEN_BACK = "refund"
CAME_BACK = "refund_failure"
BANKED = "payout"
BANKED_BACK = "payout_reversal"
PAYOUT_ID = "po"
SOURCES = {
    "ch": client.charge,
    "py": client.charge,
    "re": client.refund,
    "pyr": client.refund,
    "dp": client.dispute,
    "du": client.dispute,
}


@dataclass
class Found:
    """What a comparison found: fields of differences, and ids of what is equal."""

    differences: list[dict[str, Any]] = field(default_factory=list)
    equal: list[str] = field(default_factory=list)
    # Our side of each transaction that was looked at, None where we know nothing of it.
    booked: dict[str, Booked | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Booked:
    """What we have booked for one balance transaction: net in minor units, None if unknown."""

    net: int | None
    payment: Payment | None = None


def compare(
    listed: list[Json], *, currency: str, begin: datetime, until: datetime, now: datetime
) -> Found:
    """Compare the provider's transactions in (begin, until] with ours, both ways."""
    found = hold(listed, now=now)
    theirs = {transaction["id"] for transaction in listed}
    found.differences.extend(
        fields
        for fields in _settled_by_us(currency=currency, begin=begin, until=until)
        if fields["object_id"] not in theirs
    )
    return found


def hold(listed: list[Json], *, now: datetime) -> Found:
    """Hold each transaction against ours; what we lack is asked for first."""
    found = Found()
    for transaction in listed:
        booked = _booked(transaction) or _heal(transaction, now=now)
        found.booked[transaction["id"]] = booked
        if booked is None:
            found.differences.append(_unknown(transaction))
        elif booked.net != transaction["net"]:
            found.differences.append(_unequal(transaction, booked=booked))
        else:
            found.equal.append(transaction["id"])
    return found


def _booked(transaction: Json) -> Booked | None:
    """Return our side of a transaction, None where we know nothing of it."""
    kind, own = transaction["reporting_category"], transaction["id"]
    if kind == PAID:
        payment = Payment.objects.filter(balance_transaction_id=own).first()
        return Booked(payment.net_amount, payment) if payment else None
    if kind == GIVEN_BACK:
        return _booked_refund(transaction, sign=-1, balance_transaction_id=own)
    if kind == CAME_BACK:
        return _booked_refund(transaction, sign=1, failure_balance_transaction_id=own)
    if kind == BANKED:
        return _booked_payout(sign=-1, balance_transaction_id=own)
    if kind == BANKED_BACK:
        return _booked_payout(sign=1, failure_balance_transaction_id=own)
    dispute = Dispute.objects.filter(balance_transactions__contains=[{"id": own}]).first()
    if dispute is None:
        return None
    row = next(row for row in dispute.balance_transactions if row["id"] == own)
    return Booked(row["net"], dispute.payment)


def _booked_refund(transaction: Json, *, sign: int, **ids: str) -> Booked | None:
    refund = Refund.objects.select_related("payment").filter(**ids).first()
    if refund is None:
        return None
    if refund.currency != transaction["currency"]:
        # Settled in another currency than the payer's: the amount is the provider's to say.
        return Booked(transaction["net"], refund.payment)
    return Booked(sign * refund.amount, refund.payment)


def _booked_payout(*, sign: int, **ids: str) -> Booked | None:
    payout = ProviderPayout.objects.filter(**ids).first()
    return Booked(sign * payout.amount) if payout else None


def _heal(transaction: Json, *, now: datetime) -> Booked | None:
    """Ask the provider about the payment behind a transaction that we lack, and look again."""
    source = transaction.get("source")
    if str(source).partition("_")[0] == PAYOUT_ID:
        return _heal_payout(transaction, now=now)
    ask = SOURCES.get(str(source).partition("_")[0])
    if ask is None or not isinstance(source, str):
        return None
    try:
        clue = roots.clue_from(ask(source))
    except client.Refused:
        return None
    payment = roots.find(clue)
    if payment is None:
        return None
    syncing.check(payment_id=payment.pk, now=now, clue=clue)
    return _booked(transaction)


def _heal_payout(transaction: Json, *, now: datetime) -> Booked | None:
    try:
        payouts.sync(payout_id=transaction["source"], now=now)
    except (client.Refused, Mismatch):
        return None
    return _booked(transaction)


def _unknown(transaction: Json) -> dict[str, Any]:
    return {
        "kind": "unknown_to_us",
        "object_id": transaction["id"],
        "theirs": transaction["net"],
        "detail": f"{transaction['reporting_category']} {transaction.get('source') or ''}".strip(),
        "occurred_at": at(transaction["created"]),
    }


def _unequal(transaction: Json, *, booked: Booked) -> dict[str, Any]:
    return {
        "kind": "amount",
        "object_id": transaction["id"],
        "ours": booked.net,
        "theirs": transaction["net"],
        "payment": booked.payment,
        "detail": f"{transaction['reporting_category']} {transaction.get('source') or ''}".strip(),
        "occurred_at": at(transaction["created"]),
    }


def _settled_by_us(*, currency: str, begin: datetime, until: datetime) -> Iterator[dict[str, Any]]:
    """Yield what we booked as settled in the span, as differences: the caller drops the found."""
    span = {"settled_at__gt": begin, "settled_at__lte": until}
    for payment in Payment.objects.filter(settled_currency=currency, **span).iterator():
        yield _missing(payment, payment=payment, ours=payment.net_amount or 0)
    refunds = Refund.objects.filter(
        Q(payment__settled_currency=currency) | Q(payment__settled_currency="", currency=currency),
        balance_transaction_id__isnull=False,
        **span,
    )
    for refund in refunds.select_related("payment").iterator():
        yield _missing(refund, payment=refund.payment, ours=-refund.amount)
    for payout in ProviderPayout.objects.filter(currency=currency, **span).iterator():
        yield {**_missing(payout, ours=-payout.amount), "provider_payout": payout}


def _missing(
    row: Payment | Refund | ProviderPayout, *, ours: int, payment: Payment | None = None
) -> dict[str, Any]:
    return {
        "kind": "unknown_to_provider",
        "object_id": row.balance_transaction_id,
        "ours": ours,
        "payment": payment,
        "detail": "Settled in our rows, absent from the provider's balance.",
        "occurred_at": row.settled_at,
    }


def in_flight(*, currency: str, until: datetime) -> int:
    """Return what our books hold at `until` and the provider's balance does not yet, minor units.

    What is paid and given back by hand never reaches it.
    Payments that succeeded whose balance transaction came later, less refunds likewise.
    """
    later = Q(settled_at__isnull=True) | Q(settled_at__gt=until)
    paid = Payment.objects.filter(
        IS_ONLINE,
        Q(settled_currency=currency) | Q(settled_currency="", currency=currency),
        later,
        succeeded_at__lte=until,
    )
    gone = Refund.objects.filter(IS_ONLINE, later, currency=currency, refunded_at__lte=until)
    left_only = gone.filter(
        Q(state__in=states.LEFT) | Q(state=Refund.State.FAILED, failed_at__gt=until)
    )
    returned = Refund.objects.filter(
        currency=currency,
        state=Refund.State.FAILED,
        settled_at__lte=until,
        failed_at__lte=until,
        failure_balance_transaction_id=None,
    )
    return _total(paid) - _total(left_only) + _total(returned)


def _total(rows: QuerySet[Any]) -> int:
    return int(rows.aggregate(total=Sum("amount"))["total"] or 0)
