"""The allocations of the demonstration: one approved, one that waits for a second person."""

from datetime import datetime

from django.conf import settings

from partners import accounts, allocations, ledger
from partners.models import Allocation, Programme
from weintl.accounts.models import User

# Pool, programme, use, cents, reason, whether the second person has approved.
PLAN = (
    ("education", "riverbank", "education", 2000, "Exercise books for the new school year", True),
    ("", "lakeshore", "medical_psychological", 5000, "A counsellor, two days a month", False),
)


def load(*, now: datetime, author: User, approver: User) -> None:
    """Add the allocations unless there are any; leave out what the pools do not hold."""
    if Allocation.objects.exists():
        return
    for pool, code, use, cents, reason, is_approved in PLAN:
        programme = Programme.objects.filter(code=code).first()
        currency = settings.BASE_CURRENCY
        if programme is None or ledger.balance(accounts.fund(currency, use=pool)) < cents:
            continue
        row = Allocation.objects.create(
            pool=pool,
            programme=programme,
            use=use,
            amount=cents,
            currency=currency,
            reason=reason,
            proposed_by=author,
            proposed_at=now,
        )
        if is_approved:
            allocations.approve(allocation_id=row.pk, actor=approver, now=now, four_eyes=True)
