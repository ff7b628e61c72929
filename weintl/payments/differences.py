"""What we and the provider do not agree on: recorded once while open, closed by a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from .models import Difference, Payment, ProviderPayout, Reconciliation


def record(
    *,
    kind: str,
    object_id: str,
    currency: str,
    detail: str,
    occurred_at: datetime,
    found_at: datetime,
    ours: int | None = None,
    theirs: int | None = None,
    payment: Payment | None = None,
    provider_payout: ProviderPayout | None = None,
    reconciliation: Reconciliation | None = None,
) -> Difference:
    """Return the open difference about this object, made or brought up to date."""
    values: dict[str, Any] = {
        "currency": currency,
        "detail": detail[:250],
        "ours": ours,
        "theirs": theirs,
        "payment": payment,
    }
    if provider_payout is not None:
        values["provider_payout"] = provider_payout
    if reconciliation is not None:
        values["reconciliation"] = reconciliation
    first = {**values, "occurred_at": occurred_at, "found_at": found_at}
    row, _created = Difference.objects.update_or_create(
        kind=kind,
        object_id=object_id,
        resolved_at=None,
        defaults=values,
        create_defaults=first,
    )
    return row


def resolve(*, difference_id: int, reason: str, actor: Any, now: datetime) -> bool:
    """Close an open difference with a person's reason; say whether it was open."""
    with transaction.atomic():
        rows = Difference.objects.filter(pk=difference_id, resolved_at=None)
        return bool(rows.update(resolved_at=now, resolution=reason[:250], resolved_by=actor))


def close_healed(*, healed: list[str], now: datetime) -> int:
    """Close the open differences about objects that a later comparison found equal."""
    rows = Difference.objects.filter(object_id__in=healed, resolved_at=None)
    return rows.update(resolved_at=now, resolution="Found equal later.")
