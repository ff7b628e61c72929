"""The file that the bank reads: approved payouts, made again to the byte whenever it is asked."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from weintl import encryption
from weintl.accounts.models import User
from weintl.money import exponent

from . import bank
from .models.payouts import Payout
from .models.statements import BankFile, BankFilePayout
from .payouts import MOVES, NoAccount, NotPossible
from .sheets import sheet

# Names for machines: never translated, never renamed.
HEAD = ("payout", "programme", "holder", "account", "bank", "country", "currency", "amount")


class OneCurrency(NotPossible):
    """A file holds payouts of one currency."""

    message = _("Choose payouts of one currency: a file for the bank has one.")


class Differs(RuntimeError):
    """A file made again is not what was stored: the database was changed by hand."""


def export(*, payouts: Sequence[Payout], actor: User, now: datetime) -> BankFile:
    """Make a file of approved payouts, and say of them that they are with the bank.

    Raises NotPossible, OneCurrency, NoAccount (bank details that changed since approval),
    encryption.NoKey, encryption.Unreadable.
    """
    with transaction.atomic():
        rows = list(
            Payout.objects.select_for_update(no_key=True, of=("self",))
            .select_related("programme", "bank_details")
            .filter(pk__in=[payout.pk for payout in payouts])
            .order_by("pk")
        )
        _check(rows, now=now)
        content = _content(rows)
        kept = BankFile.objects.create(
            number=_number(rows, now),
            currency=rows[0].currency,
            created_by=actor,
            created_at=now,
            sealed=encryption.seal(content.decode()),
            sha256=sha256(content).hexdigest(),
        )
        BankFilePayout.objects.bulk_create(
            BankFilePayout(file=kept, payout=row, position=place)
            for place, row in enumerate(rows, start=1)
        )
        for row in rows:
            row.state = Payout.State.EXPORTED
            row.exported_at = now
        Payout.objects.bulk_update(rows, ["state", "exported_at"])
    return kept


def _check(rows: Sequence[Payout], *, now: datetime) -> None:
    if not rows or any(Payout.State.EXPORTED not in MOVES[row.state] for row in rows):
        raise NotPossible
    if len({row.currency for row in rows}) > 1:
        raise OneCurrency
    for row in rows:
        try:
            details = bank.in_force(programme_id=row.programme_id, at=now)
        except bank.NoneInForce as error:
            raise NoAccount from error
        if details != row.bank_details:
            raise NoAccount


def _number(rows: Sequence[Payout], now: datetime) -> str:
    """Return a number of its own: the first payout is in one file only."""
    return f"{localtime(now):%Y%m%d}-{rows[0].currency}-{rows[0].pk}"


def _content(rows: Sequence[Payout]) -> bytes:
    return sheet(HEAD, (_row(row) for row in rows))


def _row(payout: Payout) -> tuple[str | Decimal, ...]:
    assert payout.bank_details is not None
    account = bank.opened(payout.bank_details)
    return (
        payout.number,
        payout.programme.code,
        account.holder,
        bank.normal(account.number),
        account.bank_code,
        account.country,
        payout.currency.upper(),
        Decimal(payout.amount).scaleb(-exponent(payout.currency)),
    )


def remake(kept: BankFile) -> bytes:
    """Return the file, made again from its payouts.

    Raises Differs if it is not what was stored, encryption.NoKey, encryption.Unreadable.
    """
    rows = kept.rows.select_related("payout__programme", "payout__bank_details")
    content = _content([row.payout for row in rows.order_by("position")])
    stored = encryption.unseal(kept.sealed).encode()
    if not (content == stored and sha256(content).hexdigest() == kept.sha256):
        raise Differs(f"File {kept.number} cannot be made again as it was.")
    return content
