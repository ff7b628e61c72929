"""Pieces bought outright, as the ledger has them. The table: docs/money.md. Safe to repeat."""

from datetime import datetime

from . import accounts, ledger
from .ledger import Draft, Leg
from .models.ledger import Entry

Kind = Entry.Kind


def post_goods_in(
    *, key: str, programme_code: str, currency: str, cost: int, occurred_at: datetime
) -> list[Entry]:
    """Write pieces bought outright: their makers were paid from the bank.

    `key` is the whole source key, such as `goods/<number>/in`.
    """
    legs = [Leg(accounts.inventory(currency), accounts.bank(currency), cost)]
    meta = {"programme": programme_code}
    return ledger.post([Draft(Kind.GOODS_IN, key, occurred_at, legs, meta)])


def post_goods_back(
    *, key: str, programme_code: str, currency: str, cost: int, occurred_at: datetime
) -> list[Entry]:
    """Write that pieces bought outright were received by mistake: their cost is at the bank.

    `key` is the whole source key, such as `goods/<number>/back`.
    """
    legs = [Leg(accounts.bank(currency), accounts.inventory(currency), cost)]
    meta = {"programme": programme_code}
    return ledger.post([Draft(Kind.CORRECTION, key, occurred_at, legs, meta)])
