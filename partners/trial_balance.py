"""The trial balance: of every account, what moved in a span of days and what stood at its end."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any

from django.db import connection

from weintl.money import exponent

from .models.ledger import Account

# One pass over the transfers: accounts meet in few pairs, so the sums of pairs are few, and the
# sides of those are added up afterwards.
LINES = """
WITH pairs AS MATERIALIZED (
    SELECT debit_id, credit_id, sum(amount) AS total,
        sum(amount) FILTER (WHERE accounted_on >= %(since)s) AS part
    FROM partners_transfer
    WHERE accounted_on <= %(until)s
    GROUP BY 1, 2
)
SELECT a.id, a.code, a.kind, a.currency,
    s.all_debits - s.all_credits - s.debits + s.credits, s.debits, s.credits
FROM (
    SELECT account_id, sum(debit) AS debits, sum(credit) AS credits,
        sum(all_debit) AS all_debits, sum(all_credit) AS all_credits
    FROM (
        SELECT debit_id AS account_id, coalesce(part, 0) AS debit, 0 AS credit,
            total AS all_debit, 0 AS all_credit FROM pairs
        UNION ALL
        SELECT credit_id, 0, coalesce(part, 0), 0, total FROM pairs
    ) sides
    GROUP BY account_id
) s
JOIN partners_account a ON a.id = s.account_id
ORDER BY a.currency, a.code
"""
# Before anything was booked.
BEGINNING = date(1, 1, 1)
KINDS = [kind.value for kind in Account.Kind]
HEAD = ("account", "kind", "currency", "brought_forward", "debits", "credits", "balance")


@dataclass(frozen=True, slots=True)
class Line:
    """One account; amounts in minor units, debits positive, credits negative where signed."""

    account_id: int
    code: str
    kind: str
    currency: str
    brought_forward: int
    debits: int
    credits: int

    @property
    def balance(self) -> int:
        """Return what stood at the end, debits less credits."""
        return self.brought_forward + self.debits - self.credits


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """All accounts of one currency with something in them, in the order of their kinds."""

    currency: str
    lines: Sequence[Line]

    @property
    def debits(self) -> int:
        """Return all that was debited in the span."""
        return sum(line.debits for line in self.lines)

    @property
    def credits(self) -> int:
        """Return all that was credited in the span."""
        return sum(line.credits for line in self.lines)

    @property
    def debit_balances(self) -> int:
        """Return the sum of the balances that are debits."""
        return sum(line.balance for line in self.lines if line.balance > 0)

    @property
    def credit_balances(self) -> int:
        """Return the sum of the balances that are credits, as a positive amount."""
        return -sum(line.balance for line in self.lines if line.balance < 0)

    @property
    def is_balanced(self) -> bool:
        """Say whether debits equal credits, in the span and at its end."""
        return self.debits == self.credits and self.debit_balances == self.credit_balances


def of(*, until: date, since: date | None = None) -> list[TrialBalance]:
    """Return a trial balance for each currency, by accounting dates, in one statement.

    Both days are included; without `since` the span begins with the books.
    """
    with connection.cursor() as cursor:
        cursor.execute(LINES, {"since": since or BEGINNING, "until": until})
        lines = [Line(*row[:4], *map(int, row[4:])) for row in cursor.fetchall()]
    return [
        TrialBalance(
            currency,
            sorted(
                (line for line in lines if line.currency == currency),
                key=lambda line: (KINDS.index(line.kind), line.code),
            ),
        )
        for currency in sorted({line.currency for line in lines})
    ]


def as_csv(found: Iterable[TrialBalance]) -> str:
    """Return the lines as CSV, amounts as plain decimals of their currency."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    for one in found:
        for line in one.lines:
            amounts: list[Any] = [line.brought_forward, line.debits, line.credits, line.balance]
            writer.writerow(
                [line.code, line.kind, line.currency, *(_plain(a, one.currency) for a in amounts)]
            )
    return text.getvalue()


def _plain(amount: int, currency: str) -> str:
    digits = exponent(currency)
    if not digits:
        return str(amount)
    whole, rest = divmod(abs(amount), 10**digits)
    return f"{'-' if amount < 0 else ''}{whole}.{rest:0{digits}d}"
