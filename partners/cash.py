"""The cash box: what should be in it, what was counted, what went to the bank."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weintl.accounts.models import User
from weintl.money import Money, exponent
from weintl.money.formatting import format_money

from . import accounts, ledger
from .ledger import Draft, Leg
from .models import Account, CashCount, CashTransfer, Entry, Transfer

logger = logging.getLogger(__name__)

# How long after a day it may still be written down: a year typed wrong is none of ours.
LATE = timedelta(days=366)
# In whole units of the currency: the largest difference that one person posts alone.
ALONE = 20
FLOOR = "account_floor"


class NotPossible(ValueError):
    """It cannot be recorded so; `message` says why to a person."""

    message: object = gettext_lazy("This cannot be recorded.")


class NotThatDay(NotPossible):
    """A day in the future, one too far back, or one before the last count."""

    message = gettext_lazy(
        "The day lies in the future, more than a year back, or before the last count."
    )


class ReasonNeeded(NotPossible):
    """Counted otherwise than booked, and nobody said why; `message` says by how much."""

    def __init__(self, difference: Money) -> None:
        """Name the difference."""
        super().__init__(f"{difference.amount} {difference.currency} without a reason.")
        if difference.amount < 0:
            words = _("%s is missing. Count again, then say why.")
        else:
            words = _("%s is too much. Count again, then say why.")
        self.message = words % format_money(Money(abs(difference.amount), difference.currency))


class OneWaits(NotPossible):
    """Another count of the currency waits for a second person."""

    message = gettext_lazy("Another count waits for a second person: approve or withdraw it first.")


class NotEnough(NotPossible):
    """The box holds less than is to leave it."""

    message = gettext_lazy("The cash box does not hold so much.")


class SlipKnown(NotPossible):
    """That slip was recorded with something else."""

    message = gettext_lazy("This slip was recorded before, with another amount or day.")


class SecondPersonNeeded(NotPossible):
    """Who counted tried to approve a large difference."""

    message = gettext_lazy("You counted this: another person approves the difference.")


@dataclass(frozen=True, slots=True)
class Movement:
    """A line of the box: what came (above zero) or went, and what was in it then."""

    transfer: Transfer
    amount: Money
    balance: Money


def boxes() -> list[Account]:
    """Return the cash boxes, one a currency."""
    return list(Account.objects.filter(kind=Account.Kind.CASH_BOX).order_by("currency", "pk"))


def movements(box: Account, *, most: int) -> list[Movement]:
    """Return the newest movements of a box as they were recorded, the newest first."""
    rows: QuerySet[Transfer] = Transfer.objects.filter(Q(debit=box) | Q(credit=box))
    left, found = box.balance, []
    for row in rows.select_related("entry").order_by("-pk")[:most]:
        amount = row.amount if row.debit_id == box.pk else -row.amount
        found.append(Movement(row, Money(amount, box.currency), Money(left, box.currency)))
        left -= amount
    return found


def alone(currency: str) -> int:
    """Return the largest difference that one person posts alone, in minor units."""
    return ALONE * int(10 ** exponent(currency))


def count(
    *, counted: Money, day: date, reason: str, key: str, actor: User, now: datetime
) -> CashCount:
    """Write a count down; post its difference at once, or let it wait for another person.

    The same `key` returns the same count. Raises NotThatDay, ReasonNeeded, OneWaits, NotEnough.
    """
    with transaction.atomic():
        # Held until the count is written: no other count, and no cash, comes in between.
        _lock(counted.currency)
        known = CashCount.objects.filter(request_key=key).first()
        if known is not None:
            return known
        row = _expected(counted, day=day, now=now)
        row.reason, row.request_key, row.counted_by, row.entered_at = reason, key, actor, now
        if row.difference and not reason:
            raise ReasonNeeded(Money(row.difference, row.currency))
        if abs(row.difference) <= row.limit:
            row.approved_by, row.approved_at = actor, now
        row.save(force_insert=True)
        if row.approved_at:
            _post(row)
    logger.info("cash.counted", extra={"count": row.pk, "is_posted": bool(row.approved_at)})
    return row


def _expected(counted: Money, *, day: date, now: datetime) -> CashCount:
    """Return an unsaved count beside the ledger's balance. Raises NotThatDay, OneWaits."""
    rows = CashCount.objects.filter(currency=counted.currency)
    if rows.filter(approved_at=None).exists():
        raise OneWaits
    at = _end_of(day, now=now)
    last = rows.order_by("-counted_at", "-pk").first()
    if last is not None and at < last.counted_at:
        raise NotThatDay
    box = accounts.cash_box(counted.currency)
    return CashCount(
        currency=counted.currency,
        counted=counted.amount,
        expected=max(0, ledger.balance_at(box, at)),
        limit=alone(counted.currency),
        counted_at=at,
    )


def _end_of(day: date, *, now: datetime) -> datetime:
    """Return the last moment of a day, now for today. Raises NotThatDay."""
    today = timezone.localdate(now)
    if not today - LATE <= day <= today:
        raise NotThatDay
    if day == today:
        return now
    following = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    return following - timedelta(microseconds=1)


def _lock(currency: str) -> None:
    ledger.lock(accounts.cash_box(currency))


def _post(row: CashCount) -> None:
    box, bears = accounts.cash_box(row.currency), accounts.cash_difference(row.currency)
    amount = row.difference
    leg = Leg(box, bears, amount) if amount > 0 else Leg(bears, box, -amount)
    meta = {"count": str(row.pk)}
    _write([Draft(Entry.Kind.CASH_COUNTED, row.source_key, row.counted_at, [leg], meta)])


def _write(drafts: Iterable[Draft]) -> None:
    """Post; a box that would fall below zero is told in words. Raises NotEnough."""
    try:
        with transaction.atomic():
            ledger.post(drafts)
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") == FLOOR:
            raise NotEnough from error
        raise


def approve(*, count_id: int, actor: User, now: datetime, four_eyes: bool) -> bool:
    """Post a difference that waited, and say whether that was new.

    With `four_eyes` who counted may not; without, the act is marked as single-handed for ever.
    Raises SecondPersonNeeded, NotEnough, CashCount.DoesNotExist.
    """
    with transaction.atomic():
        row = CashCount.objects.select_for_update(no_key=True).get(pk=count_id)
        if row.approved_at:
            return False
        row.is_single_handed = row.counted_by_id == actor.pk
        if row.is_single_handed and four_eyes:
            raise SecondPersonNeeded
        row.approved_by, row.approved_at = actor, now
        row.save(update_fields=["approved_by", "approved_at", "is_single_handed"])
        _post(row)
    logger.info("cash.difference_approved", extra={"count": row.pk})
    return True


def move(
    *, direction: str, amount: Money, day: date, slip: str, actor: User, now: datetime
) -> CashTransfer:
    """Record cash taken to the bank, or fetched there, and post it.

    The same slip with the same amount and day is the same act. Raises NotThatDay, NotEnough,
    SlipKnown.
    """
    at = _end_of(day, now=now)
    facts = {"amount": amount.amount, "moved_on": day}
    with transaction.atomic():
        row, is_new = CashTransfer.objects.get_or_create(
            direction=direction,
            currency=amount.currency,
            slip=slip,
            defaults={**facts, "recorded_by": actor, "recorded_at": now},
        )
        if not is_new:
            if (row.amount, row.moved_on) != (amount.amount, day):
                raise SlipKnown
            return row
        box, bank = accounts.cash_box(row.currency), accounts.bank(row.currency)
        leg = Leg(bank, box, row.amount)
        if row.direction == CashTransfer.Direction.FROM_BANK:
            leg = Leg(box, bank, row.amount)
        meta = {"cash_transfer": str(row.pk)}
        _write([Draft(Entry.Kind.CASH_MOVED, row.source_key, at, [leg], meta)])
    logger.info("cash.moved", extra={"transfer": row.pk, "direction": row.direction})
    return row
