"""Book what the provider says about its payouts to our bank. Safe to repeat."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from . import backoff, client
from .client import Json
from .handlers import payout_handler
from .models import ProviderPayout
from .truth import Mismatch, at

logger = logging.getLogger(__name__)

TASK = "weintl.payments.tasks.check_payout"
# Source: docs.stripe.com/api/payouts/object, `status` and `reconciliation_status`.
OVER = frozenset({"failed", "canceled"})
COMPLETED = "completed"
# A payout takes days, and an event tells its end: asking is for the case that one was lost.
FIRST_CHECK = timedelta(hours=1)
LOCK_TIMEOUT = "45s"


def sync(*, payout_id: str, now: datetime) -> ProviderPayout:
    """Ask the provider about one payout under its lock, and book the answer.

    Raises client.Unavailable, client.Refused, Mismatch or what the handler raises; nothing is
    booked then.
    """
    with transaction.atomic():
        _lock(payout_id)
        theirs = client.payout(payout_id)
        row = ProviderPayout.objects.filter(payout_id=payout_id).first() or _new(theirs)
        _compare(row, theirs)
        _book(row, theirs=theirs, now=now)
    return row


def _lock(payout_id: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"payout:{payout_id}"]
        )


def _new(theirs: Json) -> ProviderPayout:
    return ProviderPayout(
        payout_id=theirs["id"],
        amount=theirs["amount"],
        currency=theirs["currency"],
        is_automatic=theirs["automatic"],
        created_at=at(theirs["created"]),
    )


def _compare(row: ProviderPayout, theirs: Json) -> None:
    if theirs.get("livemode") is not settings.STRIPE_LIVE:
        raise Mismatch("The payout is of the other mode (live, test).", object_id=theirs["id"])
    if (theirs["amount"], theirs["currency"]) != (row.amount, row.currency):
        raise Mismatch(
            "The payout is of another amount than the one that we booked.",
            object_id=theirs["id"],
            ours=row.amount,
            theirs=theirs["amount"],
        )


def _book(row: ProviderPayout, *, theirs: Json, now: datetime) -> None:
    before = (row.state, row.reconciliation_status)
    row.state = theirs["status"]
    row.reconciliation_status = theirs.get("reconciliation_status") or ""
    row.arrives_on = datetime.fromtimestamp(theirs["arrival_date"], UTC).date()
    row.failure_code = str(theirs.get("failure_code") or "")[:80]
    left, back = theirs.get("balance_transaction"), theirs.get("failure_balance_transaction")
    has_left, is_back = row.settled_at is not None, row.failed_at is not None
    if isinstance(left, dict):
        row.balance_transaction_id, row.settled_at = left["id"], at(left["created"])
    if isinstance(back, dict):
        row.failure_balance_transaction_id, row.failed_at = back["id"], at(back["created"])
    plan(row, is_news=before != (row.state, row.reconciliation_status), now=now)
    row.save()
    handler = payout_handler()
    if handler is None:
        return
    if row.settled_at and not has_left:
        handler.left(row, now=row.settled_at)
    if row.failed_at and not is_back:
        handler.came_back(row, now=row.failed_at)


def plan(row: ProviderPayout, *, is_news: bool, now: datetime) -> None:
    """Set when to ask again: until it is over, or at the bank and compared. Saves nothing."""
    row.checks = 0 if is_news else row.checks + 1
    is_done = row.state in OVER or (
        row.state == "paid" and (row.itemised_at is not None or not row.is_automatic)
    )
    if is_done:
        row.next_check_at = None
    elif is_ready(row):
        row.next_check_at = now + FIRST_CHECK
    else:
        row.next_check_at = now + backoff.delay(row.checks + 1, first=FIRST_CHECK)


def is_ready(row: ProviderPayout) -> bool:
    """Say whether the provider has said what is in it, and we have not compared it yet."""
    return row.reconciliation_status == COMPLETED and row.itemised_at is None


def waiting() -> QuerySet[ProviderPayout]:
    """Return the payouts that are under way or were not compared, oldest first."""
    return ProviderPayout.objects.filter(next_check_at__isnull=False).order_by("created_at", "pk")
