"""A payout that was paid and one that waits for a person, through the real code."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.timezone import localtime

from partners import bank, exports, payouts
from partners.models import BankDetails, Payout, Programme
from weintl.accounts.models import User

Step = tuple[datetime, Callable[[datetime], None]]

# Programme -> an invented account.
ACCOUNTS = {
    "riverbank": bank.Account("Riverbank Looms (demonstration)", "000123456789", "DEMONPKA", "NP"),
    "hillside": bank.Account("Hillside Kilns (demonstration)", "000987654321", "DEMOMXMM", "MX"),
}
PAID, WAITING = "riverbank", "hillside"
PAID_AGO, WAITING_AGO = timedelta(days=34), timedelta(days=2)


def steps(*, end: datetime, author: User, approver: User) -> list[Step]:
    """Return when each thing happens and what to call then, over the ninety days before `end`.

    A call does nothing that has been done before. Nothing happens without ENCRYPTION_KEYS:
    bank details are never stored in clear.
    """
    if not settings.ENCRYPTION_KEYS:
        return []
    begin, at = end - timedelta(days=80), end - PAID_AGO
    return [
        (begin, lambda now: _propose_details(actor=author, now=now)),
        (begin + timedelta(days=1), lambda now: _approve_details(actor=approver, now=now)),
        (at, lambda now: _propose(PAID, now=now)),
        (at + timedelta(hours=2), lambda now: _submit(author, now=now)),
        (at + timedelta(hours=5), lambda now: _approve(approver, now=now)),
        (at + timedelta(hours=6), lambda now: _export(author, now=now)),
        (at + timedelta(days=2), lambda now: _pay(author, now=now)),
        (end - WAITING_AGO, lambda now: _propose(WAITING, now=now)),
    ]


def _propose_details(*, actor: User, now: datetime) -> None:
    for code, account in ACCOUNTS.items():
        programme = Programme.objects.get(code=code)
        if not programme.bank_details.exists():
            bank.propose(
                programme=programme,
                account=account,
                reason="Agreed with the programme",
                actor=actor,
                now=now,
            )


def _approve_details(*, actor: User, now: datetime) -> None:
    drafted = BankDetails.objects.filter(approved_at__isnull=True, programme__code__in=ACCOUNTS)
    for details in drafted.select_related("programme"):
        bank.approve(
            details=details,
            number=ACCOUNTS[details.programme.code].number,
            actor=actor,
            now=now,
            four_eyes=settings.FOUR_EYES,
        )


def _propose(code: str, *, now: datetime) -> None:
    programme = Programme.objects.get(code=code)
    if programme.payouts.exists():
        return
    try:
        payouts.propose(
            programme=programme, currency=settings.BASE_CURRENCY, cut_off=now, actor=None, now=now
        )
    except payouts.NothingDue:
        return


def _in(state: str) -> Payout | None:
    return Payout.objects.filter(programme__code=PAID, state=state).first()


def _submit(actor: User, *, now: datetime) -> None:
    payout = _in(Payout.State.DRAFT)
    if payout:
        payouts.submit(payout=payout, actor=actor, now=now)


def _approve(actor: User, *, now: datetime) -> None:
    payout = _in(Payout.State.SUBMITTED)
    if payout:
        payouts.approve(
            payout=payout,
            seen=payouts.fingerprint(payout),
            actor=actor,
            now=now,
            four_eyes=settings.FOUR_EYES,
        )


def _export(actor: User, *, now: datetime) -> None:
    payout = _in(Payout.State.APPROVED)
    if payout:
        exports.export(payouts=[payout], actor=actor, now=now)


def _pay(actor: User, *, now: datetime) -> None:
    payout = _in(Payout.State.EXPORTED)
    if payout:
        payouts.mark_paid(
            payout=payout,
            reference="DEMO-0001",
            fee=350,
            paid_on=localtime(now).date(),
            actor=actor,
            now=now,
        )
