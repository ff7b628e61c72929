"""What a payout writes into the ledger. The table: docs/money.md. Each is safe to repeat."""

from collections.abc import Sequence
from datetime import datetime

from . import accounts, ledger
from .accounts import AccountRef
from .ledger import Draft, Leg
from .models.ledger import Entry

Kind = Entry.Kind


def post_approved(
    *,
    number: str,
    programme_code: str,
    currency: str,
    parts: Sequence[tuple[AccountRef, int]],
    occurred_at: datetime,
) -> list[Entry]:
    """Write that `parts` of a programme's accounts are on their way to it.

    Key `payout/<number>/approved`. Raises IntegrityError where more would leave than is owed.
    """
    transit = accounts.payout_transit(currency, programme_code)
    legs = [Leg(account, transit, amount) for account, amount in parts]
    meta = {"payout": number, "programme": programme_code}
    return ledger.post(
        [Draft(Kind.PAYOUT_APPROVED, f"payout/{number}/approved", occurred_at, legs, meta)]
    )


def post_paid(
    *,
    number: str,
    programme_code: str,
    currency: str,
    amount: int,
    fee: int,
    occurred_at: datetime,
) -> list[Entry]:
    """Write that the bank paid, and took `fee`, which operations bears.

    Key `payout/<number>/paid`.
    """
    bank = accounts.bank(currency)
    legs = [
        Leg(accounts.payout_transit(currency, programme_code), bank, amount),
        Leg(accounts.fees(currency), bank, fee),
    ]
    meta = {"payout": number, "programme": programme_code}
    return ledger.post([Draft(Kind.PAYOUT_PAID, f"payout/{number}/paid", occurred_at, legs, meta)])


def post_failed(*, number: str, occurred_at: datetime) -> list[Entry]:
    """Write that the money did not arrive: all of it is owed again.

    Key `payout/<number>/failed`. Raises ledger.UnknownEntry if it was never approved.
    """
    return ledger.reverse(
        of_key=f"payout/{number}/approved",
        source_key=f"payout/{number}/failed",
        kind=Kind.PAYOUT_FAILED,
        occurred_at=occurred_at,
    )


def post_returned(
    *,
    number: str,
    programme_code: str,
    currency: str,
    amount: int,
    fee: int,
    occurred_at: datetime,
) -> list[Entry]:
    """Write that a paid payout came back to our bank, and that all of it is owed again.

    Keys `payout/<number>/returned`, with the `fee` that operations bears, and
    `payout/<number>/owed`, the mirror image of the approval. The fee of the payment stays
    where it was. Raises ledger.UnknownEntry if it was never approved.
    """
    bank = accounts.bank(currency)
    legs = [
        Leg(bank, accounts.payout_transit(currency, programme_code), amount),
        Leg(accounts.fees(currency), bank, fee),
    ]
    meta = {"payout": number, "programme": programme_code}
    key = f"payout/{number}/returned"
    back = ledger.post([Draft(Kind.PAYOUT_RETURNED, key, occurred_at, legs, meta)])
    return back + ledger.reverse(
        of_key=f"payout/{number}/approved",
        source_key=f"payout/{number}/owed",
        kind=Kind.PAYOUT_RETURNED,
        occurred_at=occurred_at,
    )
