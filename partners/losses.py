"""What the shelf has less, or more, than the books said, in the ledger. Rules: docs/money.md.

Pieces of our own are written off at their cost. A consigned piece that went while we kept it is
owed to its makers as if it had been sold: operations bears it, never they.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from . import accounts, ledger
from .ledger import Draft, Leg
from .models.ledger import Account, Entry


@dataclass(frozen=True, slots=True)
class Counted:
    """What one counted variant changes, in minor units; `cost` below zero for pieces found."""

    key: str
    programme_code: str
    currency: str
    cost: int
    maker_pay: int


def post(rows: Sequence[Counted], *, occurred_at: datetime) -> list[Entry]:
    """Write each under its whole source key; return the new entries.

    What makers are owed may be paid out at once: the piece will never be sent.
    """
    drafts = [
        Draft(Entry.Kind.LOSS, row.key, occurred_at, _legs(row), {"programme": row.programme_code})
        for row in rows
        if row.cost or row.maker_pay
    ]
    if not drafts:
        return []
    new = ledger.post(drafts)
    owed = [row.key for row in rows if row.maker_pay]
    if owed:
        ledger.set_maturity(
            source_keys=owed, kind=Account.Kind.MAKER_PAYABLE, matures_at=occurred_at
        )
    return new


def _legs(row: Counted) -> list[Leg]:
    expense, stock = accounts.write_off(row.currency), accounts.inventory(row.currency)
    makers = accounts.maker_payable(row.currency, row.programme_code)
    moved = Leg(expense, stock, row.cost) if row.cost > 0 else Leg(stock, expense, -row.cost)
    return [moved, Leg(expense, makers, row.maker_pay)]
