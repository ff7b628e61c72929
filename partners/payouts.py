"""Payouts from draft to paid or failed: the only moves, who may make them, what each writes.

A trigger of the database holds the same moves and persons (migration 0008_payouts_hold).
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from weintl.accounts.models import User

from . import available, bank, ledger, payout_postings, statements
from .available import KINDS
from .models.bank import BankDetails
from .models.ledger import Account
from .models.payouts import Payout, PayoutItem
from .models.programmes import Programme

S = Payout.State
Kind = Account.Kind

MOVES: dict[str, frozenset[str]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.DROPPED}),
    S.SUBMITTED: frozenset({S.DRAFT, S.APPROVED, S.DROPPED}),
    S.APPROVED: frozenset({S.EXPORTED, S.FAILED}),
    # The bank's word comes days later.
    S.EXPORTED: frozenset({S.PAID, S.FAILED}),
    # Their bank may send it back weeks later: payout_returns.py.
    S.PAID: frozenset({S.RETURNED}),
    S.FAILED: frozenset(),
    S.DROPPED: frozenset(),
    S.RETURNED: frozenset(),
}


class NotPossible(ValueError):
    """The payout is not in a state for this; `message` says why, to a person."""

    message = _("This is not possible for the payout as it is now.")


class SecondPersonNeeded(NotPossible):
    """Who proposed, submitted or adjusted it tried to approve."""

    message = _("You proposed, changed or submitted this payout: another person approves it.")


class AlreadyApproved(NotPossible):
    """Another person has approved it."""

    message = _("Another person has approved this already.")


class NothingDue(NotPossible):
    """No account of the programme has anything that may be paid out."""

    message = _("Nothing may be paid out to this programme yet.")


class AlreadyThere(NotPossible):
    """The programme has a payout of that month and currency."""

    message = _("There is a payout of that month already.")


class TooLittle(NotPossible):
    """An account holds less than its part, or a part is below zero."""

    message = _("Less is owed now than stands here, after a refund. Drop it and propose it anew.")


class Changed(NotPossible):
    """The payout is not the one that the approver has seen."""

    message = _("This payout was changed since you opened it. Please look at it again.")


class NoAccount(NotPossible):
    """The programme has no bank details in force, or not those that were approved."""

    message = bank.NoneInForce.message


class WrongDay(NotPossible):
    """A day of payment that lies in the future or before the approval."""

    message = _("Choose the day on which the bank paid: not in the future, not before approval.")


def month_of(moment: datetime) -> date:
    """Return the first day of the month, as people here count days."""
    return localtime(moment).date().replace(day=1)


def start_of_month(moment: datetime) -> datetime:
    """Return the first moment of its month, as people here count days."""
    return localtime(moment).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def fingerprint(payout: Payout) -> str:
    """Return a word for what is to be approved: amount, submission, and where it would go."""
    details = BankDetails.objects.approved(payout.programme_id).first()
    to = details.pk if details else ""
    said = f"{payout.number}\x1f{payout.amount}\x1f{payout.submitted_at}\x1f{to}"
    return sha256(said.encode()).hexdigest()


def propose_all(*, now: datetime) -> list[Payout]:
    """Draft last month's payout for every programme that has something due. Safe to repeat."""
    cut_off = start_of_month(now)
    found = available.claims(cut_off=cut_off)
    due = {
        (claim.programme_id, claim.currency): None
        for claim in found
        if claim.matures_at is not None and claim.matures_at < cut_off
    }
    programmes = Programme.objects.in_bulk({programme for programme, _currency in due})
    drafts = []
    for pk, currency in sorted(due):
        try:
            drafts.append(
                propose(
                    programme=programmes[pk],
                    currency=currency,
                    cut_off=cut_off,
                    actor=None,
                    now=now,
                )
            )
        except (NothingDue, AlreadyThere):
            continue
    return drafts


@transaction.atomic
def propose(
    *, programme: Programme, currency: str, cut_off: datetime, actor: User | None, now: datetime
) -> Payout:
    """Draft a payout of what had matured before `cut_off`; its month is the last one in it.

    An account whose sum is zero or below waits with all its items. Raises NothingDue,
    AlreadyThere.
    """
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    period = month_of(min(cut_off, now) - timedelta(microseconds=1))
    same = Payout.objects.filter(programme=programme, currency=currency, period=period)
    if same.exclude(state__in=[S.FAILED, S.DROPPED, S.RETURNED]).exists():
        raise AlreadyThere
    found = available.claims(cut_off=min(cut_off, now), programme_id=programme.pk)
    claims = [
        claim
        for standing in available.standings(
            [claim for claim in found if claim.currency == currency], cut_off=min(cut_off, now)
        )
        if not standing.is_waiting
        for claim in standing.due
    ]
    if not claims:
        raise NothingDue
    attempt = same.count() + 1
    number = f"{period:%Y-%m}-{programme.code}-{currency}"
    payout = Payout.objects.create(
        number=number if attempt == 1 else f"{number}-{attempt}",
        programme=programme,
        currency=currency,
        period=period,
        cut_off=min(cut_off, now),
        amount=sum(claim.amount for claim in claims),
        proposed_by=actor,
        proposed_at=now,
    )
    PayoutItem.objects.bulk_create(
        PayoutItem(
            payout=payout,
            transfer_id=claim.transfer_id,
            account_id=claim.account_id,
            amount=claim.amount,
        )
        for claim in claims
    )
    return payout


def parts(payout: Payout) -> list[tuple[Account, int]]:
    """Return what leaves each account, in the order of the accounts."""
    sums = dict(
        payout.items.filter(taken_out_at__isnull=True)
        .order_by()
        .values_list("account_id")
        .annotate(total=Sum("amount"))
    )
    accounts = Account.objects.select_related("programme").filter(pk__in=sums).order_by("pk")
    return [(account, sums[account.pk]) for account in accounts if sums[account.pk]]


def lock_for(payout: Payout, *, to: str) -> Payout:
    """Return the payout locked, if it may become `to`. Raises NotPossible."""
    locked = (
        Payout.objects.select_for_update(no_key=True, of=("self",))
        .select_related("programme")
        .get(pk=payout.pk)
    )
    if to not in MOVES[locked.state]:
        raise NotPossible
    return locked


@transaction.atomic
def take_out(
    *, payout: Payout, item_ids: Sequence[int], reason: str, actor: User, now: datetime
) -> Payout:
    """Take credits out of a draft, with a reason that is kept; they are free for the next one.

    Who does it cannot approve the payout. Raises NotPossible, also where nothing would be left.
    """
    locked = lock_for(payout, to=S.SUBMITTED)
    wanted = set(item_ids)
    items = list(locked.items.filter(pk__in=wanted, is_live=True, amount__gt=0).order_by("pk"))
    if not items or len(items) != len(wanted) or not reason.strip():
        raise NotPossible
    amount = locked.amount - sum(item.amount for item in items)
    if amount <= 0:
        raise NotPossible
    # In one statement: the sum of the items is compared at the end of the transaction.
    PayoutItem.objects.filter(pk__in=wanted).update(
        is_live=False, taken_out_by=actor, taken_out_at=now, reason=reason
    )
    locked.amount = amount
    locked.save(update_fields=["amount"])
    return locked


@transaction.atomic
def submit(*, payout: Payout, actor: User, now: datetime) -> Payout:
    """Hand a draft to the person who approves. Raises NotPossible, TooLittle."""
    locked = lock_for(payout, to=S.SUBMITTED)
    _check_parts(locked)
    locked.state = S.SUBMITTED
    locked.submitted_by = actor
    locked.submitted_at = now
    locked.save(update_fields=["state", "submitted_by", "submitted_at"])
    return locked


@transaction.atomic
def send_back(*, payout: Payout, reason: str) -> Payout:
    """Make a draft of what was submitted, to be changed. Raises NotPossible."""
    locked = lock_for(payout, to=S.DRAFT)
    locked.state = S.DRAFT
    locked.reason = reason
    locked.save(update_fields=["state", "reason"])
    return locked


@transaction.atomic
def drop(*, payout: Payout, reason: str, actor: User, now: datetime) -> Payout:
    """Give up what was not approved; its items are free again. Raises NotPossible."""
    return _close(lock_for(payout, to=S.DROPPED), S.DROPPED, reason=reason, actor=actor, now=now)


def hold_accounts(payout: Payout, *others: str) -> dict[int, Account]:
    """Lock all accounts that the payout may touch at once, by ascending id as postings do."""
    of_programme = Q(programme=payout.programme, kind__in=[*KINDS, Kind.PAYOUT_TRANSIT])
    wanted = (of_programme | Q(kind__in=others)) & Q(currency=payout.currency)
    locked = Account.objects.select_for_update(no_key=True).filter(wanted).order_by("pk")
    return {account.pk: account for account in locked}


def _check_parts(payout: Payout) -> list[tuple[Account, int]]:
    """Return the parts, with their accounts locked. Raises TooLittle."""
    found = parts(payout)
    locked = hold_accounts(payout)
    if any(amount < 0 or locked[account.pk].balance < amount for account, amount in found):
        raise TooLittle
    return found


def approve(*, payout: Payout, seen: str, actor: User, now: datetime, four_eyes: bool) -> Payout:
    """Let the money leave the programme's accounts, into transit to its bank.

    `seen` is the fingerprint of what the actor has looked at. With `four_eyes` nobody approves
    what they proposed, submitted or adjusted; without, the act is marked as single-handed for
    ever. Approving twice changes nothing. Raises NotPossible, AlreadyApproved, Changed,
    SecondPersonNeeded, NoAccount, TooLittle.
    """
    try:
        with transaction.atomic():
            known = Payout.objects.select_for_update(no_key=True).get(pk=payout.pk)
            if known.state == S.APPROVED:
                if known.approved_by_id != actor.pk:
                    raise AlreadyApproved
                return known
            locked = lock_for(payout, to=S.APPROVED)
            if fingerprint(locked) != seen:
                raise Changed
            locked.is_single_handed = actor.pk in _authors(locked)
            if locked.is_single_handed and four_eyes:
                raise SecondPersonNeeded
            details = bank.in_force(programme_id=locked.programme_id, at=now)
            found = _check_parts(locked)
            locked.state = S.APPROVED
            locked.approved_by = actor
            locked.approved_at = now
            locked.bank_details = details
            locked.bank_masked = details.masked
            locked.save()
            payout_postings.post_approved(
                number=locked.number,
                programme_code=locked.programme.code,
                currency=locked.currency,
                parts=[(ledger.ref_of(account), amount) for account, amount in found],
                occurred_at=now,
            )
    except bank.NoneInForce as error:
        raise NoAccount from error
    except IntegrityError as error:
        raise TooLittle from error
    return locked


def _authors(payout: Payout) -> set[int | None]:
    adjusted = payout.items.filter(taken_out_by__isnull=False).order_by()
    people = set(adjusted.values_list("taken_out_by", flat=True))
    return {*people, payout.proposed_by_id, payout.submitted_by_id}


@transaction.atomic
def mark_paid(
    *, payout: Payout, reference: str, fee: int, paid_on: date, actor: User, now: datetime
) -> Payout:
    """Book what the bank says: it paid, on that day, and took `fee` minor units for it.

    The programme's statement is issued with it. Raises NotPossible, WrongDay.
    """
    locked = lock_for(payout, to=S.PAID)
    approved_at = locked.approved_at or now
    if not localtime(approved_at).date() <= paid_on <= localtime(now).date():
        raise WrongDay
    if fee < 0 or not reference.strip():
        raise NotPossible
    hold_accounts(locked, Kind.BANK, Kind.FEES)
    locked.bank_reference = reference.strip()
    locked.bank_fee = fee
    locked.paid_on = paid_on
    _close(locked, S.PAID, reason="", actor=actor, now=now)
    payout_postings.post_paid(
        number=locked.number,
        programme_code=locked.programme.code,
        currency=locked.currency,
        amount=locked.amount,
        fee=fee,
        occurred_at=now,
    )
    statements.issue_for(payout=locked, actor=actor, now=now)
    return locked


@transaction.atomic
def mark_failed(*, payout: Payout, reason: str, actor: User, now: datetime) -> Payout:
    """Book that the money did not arrive: it is owed again, its items are free for another try.

    Raises NotPossible.
    """
    locked = lock_for(payout, to=S.FAILED)
    _close(locked, S.FAILED, reason=reason, actor=actor, now=now)
    payout_postings.post_failed(number=locked.number, occurred_at=now)
    return locked


def _close(payout: Payout, state: str, *, reason: str, actor: User, now: datetime) -> Payout:
    payout.state = state
    payout.reason = reason
    payout.closed_by = actor
    payout.closed_at = now
    payout.save()
    return payout
