"""Give to programmes what was given without one: approve a proposal, see what waits.

A proposal is never changed: it is approved, or withdrawn and made anew.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from weintl.accounts.models import User
from weintl.money import Money

from . import accounts, ledger
from .ledger import Draft, Leg
from .models import Account, Allocation, Entry


class NotPossible(ValueError):
    """An allocation cannot be made; `message` says why, to a person."""

    message: Any = _("This allocation cannot be made.")


class SecondPersonNeeded(NotPossible):
    """Who proposed it tried to approve it."""

    message = _("You proposed this: another person approves it.")


class NotEnough(NotPossible):
    """The pool holds less than is to be taken from it."""

    message = _("That pool does not hold so much.")


@dataclass(frozen=True, slots=True)
class Pool:
    """What stands in a fund without a programme, and what is proposed to leave it."""

    use: str
    balance: Money
    proposed: Money


def pools() -> list[Pool]:
    """Return the pools by currency and use, in two statements."""
    asked: dict[tuple[str, str], int] = {}
    for row in Allocation.objects.filter(approved_at=None).order_by("pk"):
        key = (row.currency, row.pool)
        asked[key] = asked.get(key, 0) + row.amount
    rows = Account.objects.filter(kind=Account.Kind.FUND, programme=None)
    return [
        Pool(
            row.use,
            Money(row.balance, row.currency),
            Money(asked.get((row.currency, row.use), 0), row.currency),
        )
        for row in rows.order_by("currency", "use", "pk")
    ]


def approve(*, allocation_id: int, actor: User, now: datetime, four_eyes: bool) -> bool:
    """Move the money and say whether that was new; it may be paid out at once.

    With `four_eyes` who proposed it may not; without, the act is marked as single-handed for
    ever. Raises SecondPersonNeeded, NotEnough, Allocation.DoesNotExist.
    """
    with transaction.atomic():
        rows = Allocation.objects.select_related("programme").select_for_update(of=("self",))
        row = rows.get(pk=allocation_id)
        if row.approved_at:
            return False
        row.is_single_handed = row.proposed_by_id == actor.pk
        if row.is_single_handed and four_eyes:
            raise SecondPersonNeeded
        _check_pool(row)
        row.approved_by, row.approved_at = actor, now
        row.save(update_fields=["approved_by", "approved_at", "is_single_handed"])
        _post(row, now=now)
    return True


def _check_pool(row: Allocation) -> None:
    """Lock both accounts and see that the pool holds the amount. Raises NotEnough."""
    pool = accounts.fund(row.currency, use=row.pool).code
    fund = accounts.fund(row.currency, row.programme.code, row.use).code
    # By ascending key, as every posting locks them; NO KEY: a plain FOR UPDATE would collide
    # with the locks that foreign keys take.
    rows = Account.objects.filter(code__in=[pool, fund]).order_by("pk")
    found = {account.code: account for account in rows.select_for_update(no_key=True)}
    if pool not in found or found[pool].balance < row.amount:
        raise NotEnough


def _post(row: Allocation, *, now: datetime) -> None:
    pool = accounts.fund(row.currency, use=row.pool)
    fund = accounts.fund(row.currency, row.programme.code, row.use)
    meta = {"allocation": str(row.pk), "programme": row.programme.code}
    leg = Leg(pool, fund, row.amount)
    ledger.post([Draft(Entry.Kind.ALLOCATION, row.source_key, now, [leg], meta)])
    ledger.set_maturity(source_keys=[row.source_key], kind=Account.Kind.FUND, matures_at=now)


def withdraw(*, allocation_id: int) -> bool:
    """Take back a proposal that nobody has approved; say whether it was one."""
    return bool(Allocation.objects.filter(pk=allocation_id, approved_at=None).delete()[0])
