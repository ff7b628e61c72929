"""Hold each balance transaction of a payout to our bank against the row that it belongs to."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from . import client, comparison, differences, payouts
from .client import Json
from .comparison import Found
from .models import Difference, ProviderPayout, ProviderPayoutItem
from .truth import Mismatch, at

logger = logging.getLogger(__name__)


def check(*, payout_id: str, now: datetime) -> bool:
    """Ask the provider about one payout and compare what is in it; say whether it answered.

    For callers that come back by themselves: the sweeper and the nightly comparison.
    """
    try:
        row = payouts.sync(payout_id=payout_id, now=now)
        if payouts.is_ready(row) or row.differences.filter(resolved_at=None).exists():
            itemise(row, now=now)
    except client.Unavailable as error:
        logger.warning("payout.unchecked", extra={"payout": payout_id, "reason": str(error)})
        return False
    except client.Refused as error:
        _record(payout_id, error=error, kind="unknown_to_provider", now=now)
        return False
    except Mismatch as error:
        _record(payout_id, error=error, kind=error.kind, now=now)
        return False
    return True


def check_waiting(*, now: datetime) -> None:
    """Check every payout that is under way, not compared, or of which a difference is open."""
    is_open = Q(differences__resolved_at=None, differences__isnull=False)
    rows = ProviderPayout.objects.filter(Q(next_check_at__isnull=False) | is_open)
    ids = rows.order_by("created_at", "pk").values_list("payout_id", "created_at").distinct()
    for payout_id, _created_at in list(ids):
        check(payout_id=payout_id, now=now)


def itemise(row: ProviderPayout, *, now: datetime) -> Found:
    """Compare all that the provider lists in a payout, keep it, and record what differs.

    What we lack is fetched first. Raises client.Unavailable; then nothing is kept.
    """
    listed = list(client.transactions_of_payout(row.payout_id))
    inside = [one for one in listed if one["id"] != row.balance_transaction_id]
    found = comparison.hold(inside, now=now)
    with transaction.atomic():
        row = ProviderPayout.objects.select_for_update(no_key=True).get(pk=row.pk)
        known = set(row.items.values_list("transaction_id", flat=True))
        _keep(row, inside=inside, found=found)
        gone = known - {one["id"] for one in inside}
        found.differences.extend(_gone(row, gone))
        found.differences.extend(_sum(row, inside=inside, now=now))
        for fields in found.differences:
            differences.record(**fields, currency=row.currency, found_at=now, provider_payout=row)
        if not any(fields["object_id"] == row.payout_id for fields in found.differences):
            found.equal.append(row.payout_id)
        differences.close_healed(healed=found.equal, now=now)
        row.itemised_at, row.is_equal = now, not found.differences
        payouts.plan(row, is_news=True, now=now)
        row.save()
    logger.info("payout.compared", extra={"payout": row.payout_id, "is_equal": row.is_equal})
    return found


def _keep(row: ProviderPayout, *, inside: list[Json], found: Found) -> None:
    items = [
        ProviderPayoutItem(
            provider_payout=row,
            payment=booked.payment if (booked := found.booked[one["id"]]) else None,
            transaction_id=one["id"],
            category=one["reporting_category"],
            amount=one["amount"],
            fee_amount=one["fee"],
            net_amount=one["net"],
            currency=one["currency"],
            source_id=str(one.get("source") or ""),
            occurred_at=at(one["created"]),
        )
        for one in inside
    ]
    ProviderPayoutItem.objects.bulk_create(
        items,
        update_conflicts=True,
        unique_fields=["provider_payout", "transaction_id"],
        update_fields=["payment"],
    )


def _gone(row: ProviderPayout, ids: set[str]) -> list[dict[str, object]]:
    return [
        {
            "kind": Difference.Kind.UNKNOWN_TO_PROVIDER,
            "object_id": item.transaction_id,
            "ours": item.net_amount,
            "payment": item.payment,
            "detail": "The provider does not list it in its payout any more.",
            "occurred_at": item.occurred_at,
        }
        for item in row.items.filter(transaction_id__in=ids).select_related("payment")
    ]


def _sum(row: ProviderPayout, *, inside: list[Json], now: datetime) -> list[dict[str, object]]:
    total = sum(one["net"] for one in inside)
    if total == row.amount:
        return []
    return [
        {
            "kind": Difference.Kind.AMOUNT,
            "object_id": row.payout_id,
            "ours": row.amount,
            "theirs": total,
            "detail": "What the provider lists in its payout does not sum to it.",
            "occurred_at": row.settled_at or row.created_at,
        }
    ]


def _record(payout_id: str, *, error: Exception, kind: str, now: datetime) -> None:
    logger.error("payout.mismatch", extra={"payout": payout_id, "reason": str(error)})
    row = ProviderPayout.objects.filter(payout_id=payout_id).first()
    differences.record(
        kind=kind,
        object_id=payout_id,
        currency=row.currency if row else "",
        ours=getattr(error, "ours", None) or (row.amount if row else None),
        theirs=getattr(error, "theirs", None),
        detail=str(error),
        provider_payout=row,
        occurred_at=row.created_at if row else now,
        found_at=now,
    )
