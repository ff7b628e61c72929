"""What of a programme's money may be paid out, and what waits: read from the ledger alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from .models.ledger import Account, Entry

# What a payout itself wrote is no claim: it settles claims.
OF_PAYOUTS = (
    Entry.Kind.PAYOUT_APPROVED,
    Entry.Kind.PAYOUT_FAILED,
    Entry.Kind.PAYOUT_RETURNED,
)
KINDS = (Account.Kind.MAKER_PAYABLE, Account.Kind.FUND)

# What stands in no live payout is found in the indexes of transfers and items alone, before any
# row is fetched: of years of transfers nearly all were paid out.
FREE = """
WITH open AS MATERIALIZED (
    SELECT a.programme_id, a.currency, a.id AS account_id, a.kind, side.id, side.amount
    FROM partners_account a
    CROSS JOIN LATERAL (
        SELECT id, amount FROM partners_transfer
            WHERE credit_id = a.id AND occurred_at < %(cut_off)s
        UNION ALL
        SELECT id, -amount FROM partners_transfer
            WHERE debit_id = a.id AND occurred_at < %(cut_off)s
    ) side
    WHERE a.kind = ANY(%(kinds)s) AND a.programme_id IS NOT NULL
        AND (%(programme)s::bigint IS NULL OR a.programme_id = %(programme)s)
        AND NOT EXISTS (
            SELECT FROM partners_payoutitem i
            WHERE i.transfer_id = side.id AND i.account_id = a.id AND i.is_live
        )
)
SELECT open.programme_id, open.currency, open.account_id, open.id AS transfer_id, open.amount,
    m.matures_at
FROM open
CROSS JOIN LATERAL (
    -- OFFSET keeps it a look-up for each row. Without it the number of rows is overestimated,
    -- as if every account had as many transfers as the provider's, and all tables are read.
    SELECT e.id FROM partners_transfer t
    JOIN partners_entry e ON e.id = t.entry_id AND NOT e.kind = ANY(%(of_payouts)s)
    WHERE t.id = open.id OFFSET 0
) e
LEFT JOIN LATERAL (
    SELECT matures_at FROM partners_maturity m
    WHERE m.entry_id = e.id AND m.kind = open.kind OFFSET 0
) m ON true
"""
IN_ORDER = f"{FREE} ORDER BY account_id, transfer_id"
# The same, summed by account and by the day from which it may be paid out.
BY_DAY = f"""
SELECT currency, account_id,
    CASE WHEN amount < 0 THEN 'taken' WHEN matures_at IS NULL THEN 'undated' ELSE 'due' END,
    CASE WHEN amount < 0 OR matures_at IS NULL THEN ''
        ELSE to_char(matures_at AT TIME ZONE %(zone)s, 'YYYY-MM-DD') END,
    sum(amount)::bigint
FROM ({FREE}) free
GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - both are ours


@dataclass(frozen=True, slots=True)
class Claim:
    """One side of a transfer that no live payout holds; `amount` below zero takes away.

    `matures_at` is None for what takes away, and for a credit that nobody can date yet.
    """

    programme_id: int
    currency: str
    account_id: int
    transfer_id: int
    amount: int
    matures_at: datetime | None


def claims(*, cut_off: datetime, programme_id: int | None = None) -> list[Claim]:
    """Return what happened before `cut_off` and stands in no live payout; one query."""
    return [Claim(*row) for row in _rows(IN_ORDER, cut_off, programme_id)]


@dataclass(frozen=True, slots=True)
class Sum:
    """Claims of one account together: "due" from `day` on, "undated", or "taken" by refunds."""

    currency: str
    account_id: int
    state: str
    day: str
    amount: int


def sums(*, cut_off: datetime, programme_id: int) -> list[Sum]:
    """Return the claims summed by account and day, as days are counted here; one query."""
    return [Sum(*row) for row in _rows(BY_DAY, cut_off, programme_id)]


def _rows(sql: str, cut_off: datetime, programme_id: int | None) -> list[tuple[Any, ...]]:
    values: dict[str, Any] = {
        "cut_off": cut_off,
        "of_payouts": [kind.value for kind in OF_PAYOUTS],
        "kinds": [kind.value for kind in KINDS],
        "programme": programme_id,
        "zone": settings.DISPLAY_TIME_ZONE,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


@dataclass(frozen=True, slots=True)
class Standing:
    """One account at a cut-off: `due` are the claims that count, `held` what matures later."""

    account_id: int
    due: tuple[Claim, ...]
    held: tuple[Claim, ...]

    @property
    def total(self) -> int:
        """Return the sum of what counts, in minor units; zero or below: the account waits."""
        return sum(claim.amount for claim in self.due)

    @property
    def is_waiting(self) -> bool:
        """Say whether all of it stays free, so that a refund is made good by what comes next."""
        return self.total <= 0


def _counts(claim: Claim, cut_off: datetime) -> bool:
    """Say whether a claim counts now: what takes away always, a credit once it is mature."""
    return claim.amount < 0 or (claim.matures_at is not None and claim.matures_at < cut_off)


def standings(found: list[Claim], *, cut_off: datetime) -> list[Standing]:
    """Return each account's claims, divided into what counts and what is held. Pure."""
    by_account: dict[int, list[Claim]] = {}
    for claim in found:
        by_account.setdefault(claim.account_id, []).append(claim)
    return [
        Standing(
            account_id,
            due=tuple(claim for claim in rows if _counts(claim, cut_off)),
            held=tuple(claim for claim in rows if not _counts(claim, cut_off)),
        )
        for account_id, rows in by_account.items()
    ]
