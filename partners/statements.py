"""Statements: what happened to a programme's money, frozen, numbered, equal to the ledger."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from weintl.accounts.models import User
from weintl.organisation.models import Organisation
from weintl.papers import numbering

from . import available
from .models.ledger import Account
from .models.payouts import Payout, PayoutItem
from .models.programmes import Programme
from .models.statements import Statement

SERIES = "ST"
# First words of source keys that name no person and no payment.
TOLD = frozenset({"unit", "refund", "payout", "allocation"})

# One side of the transfers on an account: those of the time, then what happened before it and
# was dated into it, as its own month was closed; that is looked for in the index alone.
SIDE = """
SELECT t.id, t.entry_id, wanted.id AS account_id, {sign}t.amount AS amount, t.occurred_at
FROM partners_transfer t
WHERE t.{side} = wanted.id AND t.occurred_at >= %(since)s AND t.occurred_at < %(until)s
    AND t.accounted_on <= %(last)s
UNION ALL
SELECT t.id, t.entry_id, wanted.id, {sign}t.amount, t.occurred_at
FROM (
    SELECT late.id FROM partners_transfer late
    WHERE late.{side} = wanted.id AND late.occurred_at < %(since)s
        AND late.accounted_on > %(before)s AND late.accounted_on <= %(last)s
) late
CROSS JOIN LATERAL (
    SELECT * FROM partners_transfer WHERE id = late.id OFFSET 0
) t
"""
# Sides of transfers on some accounts, in the order in which they happened. OFFSET keeps what is
# fetched for each a look-up: without it the number of rows is overestimated, as if every account
# had as many transfers as the provider's, and all entries are read.
SIDES = f"""
SELECT e.id, e.kind, e.source_key, side.id, side.account_id, side.amount,
    to_char(side.occurred_at AT TIME ZONE %(zone)s, 'YYYY-MM-DD'),
    to_char(e.accounted_on, 'YYYY-MM-DD')
FROM unnest(%(accounts)s::bigint[]) AS wanted (id)
CROSS JOIN LATERAL (
    {SIDE.format(side="credit_id", sign="")}
    UNION ALL
    {SIDE.format(side="debit_id", sign="-")}
) side
CROSS JOIN LATERAL (SELECT * FROM partners_entry WHERE id = side.entry_id OFFSET 0) e
WHERE {{condition}}
ORDER BY side.occurred_at, side.id, side.account_id
"""  # noqa: S608 - all of it is ours
# Summed over the indexes alone: years of transfers take milliseconds.
BALANCES = """
SELECT wanted.id, coalesce((
    SELECT sum(amount) FROM partners_transfer
        WHERE credit_id = wanted.id AND occurred_at < %(until)s AND accounted_on <= %(last)s
), 0)::bigint - coalesce((
    SELECT sum(amount) FROM partners_transfer
        WHERE debit_id = wanted.id AND occurred_at < %(until)s AND accounted_on <= %(last)s
), 0)::bigint
FROM unnest(%(accounts)s::bigint[]) AS wanted (id)
"""
LINES = """
INSERT INTO partners_statementline (statement_id, transfer_id, account_id)
SELECT %s, transfer_id, account_id
FROM unnest(%s::bigint[], %s::bigint[]) AS told (transfer_id, account_id)
"""
# What no running statement told yet, also what was dated back behind the last one.
UNTOLD = """NOT EXISTS (
    SELECT FROM partners_statementline l JOIN partners_statement s ON s.id = l.statement_id
    WHERE l.transfer_id = side.id AND l.account_id = side.account_id AND s.is_running
)"""
EVER = datetime(1, 1, 1, tzinfo=UTC)


class NotPossible(ValueError):
    """A statement cannot be issued; `message` says why, to a person."""

    message = _("The time must end before now and after it begins.")


@dataclass(frozen=True, slots=True)
class Movement:
    """One side of a transfer, as a statement tells it."""

    entry_id: int
    kind: str
    source_key: str
    transfer_id: int
    account_id: int
    amount: int
    day: str
    accounted_on: str

    @property
    def booked(self) -> str:
        """Return the accounting date where it is another day: the month was closed by then."""
        return "" if self.accounted_on == self.day else self.accounted_on


def reference(source_key: str) -> str:
    """Return what a statement calls an entry by: a piece, a refund, a payout; never a payment."""
    first, _slash, rest = source_key.partition("/")
    return f"{first} {rest.rpartition('/')[0] or rest}" if first in TOLD else ""


def digest(contents: dict[str, Any]) -> str:
    """Return the SHA-256 of the contents as JSON with sorted keys and no spaces, UTF-8."""
    text = json.dumps(contents, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


@transaction.atomic
def issue_for(*, payout: Payout, actor: User | None, now: datetime) -> Statement:
    """Issue a paid payout's statement: all since the last one of its programme and currency."""
    known = Statement.objects.filter(payout=payout).first()
    if known:
        return known
    accounts = _accounts(payout.programme, payout.currency)
    last = (
        Statement.objects.filter(
            programme=payout.programme, currency=payout.currency, is_running=True
        )
        .order_by("-pk")
        .first()
    )
    before = {row["account"]: row["closing"] for row in last.contents["accounts"]} if last else {}
    return _issue(
        programme=payout.programme,
        currency=payout.currency,
        accounts=accounts,
        opening={account.pk: before.get(account.code, 0) for account in accounts},
        movements=_sides(accounts, until=now, condition=UNTOLD),
        span=(last.ends_at if last else None, now),
        payout=payout,
        actor=actor,
        now=now,
    )


@transaction.atomic
def issue(
    *,
    programme: Programme,
    currency: str,
    starts_at: datetime,
    ends_at: datetime,
    actor: User,
    now: datetime,
) -> Statement:
    """Issue a statement of `starts_at` up to, and without, `ends_at`. Raises NotPossible.

    What happened in a month that was closed by then belongs to the day that it was dated on, so
    that the statements of two times in a row meet, whenever each was issued.
    """
    if not starts_at < ends_at <= now:
        raise NotPossible
    accounts = _accounts(programme, currency)
    return _issue(
        programme=programme,
        currency=currency,
        accounts=accounts,
        opening=_balances(accounts, until=starts_at),
        movements=_sides(accounts, until=ends_at, last=_last_day(ends_at), since=starts_at),
        span=(starts_at, ends_at),
        payout=None,
        actor=actor,
        now=now,
    )


def _accounts(programme: Programme, currency: str) -> list[Account]:
    """Return the accounts, locked, so that what is being posted is awaited or comes later."""
    return list(
        Account.objects.select_for_update(no_key=True)
        .filter(programme=programme, currency=currency, kind__in=available.KINDS)
        .order_by("pk")
    )


def _balances(accounts: Sequence[Account], *, until: datetime) -> dict[int, int]:
    """Return each account's balance of what belongs to the time before `until`."""
    values: dict[str, Any] = {
        "accounts": [row.pk for row in accounts],
        "until": until,
        "last": _last_day(until),
    }
    with connection.cursor() as cursor:
        cursor.execute(BALANCES, values)
        return dict(cursor.fetchall())


def _last_day(until: datetime) -> date:
    """Return the last day of the books that begins before `until`."""
    return localtime(until - timedelta(microseconds=1)).date()


def _sides(
    accounts: Sequence[Account],
    *,
    until: datetime,
    last: date = date.max,
    since: datetime = EVER,
    condition: str = "true",
) -> list[Movement]:
    values: dict[str, Any] = {
        "accounts": [account.pk for account in accounts],
        "until": until,
        "since": since,
        "last": last,
        "before": _last_day(since) if since > EVER else date.min,
        "zone": settings.DISPLAY_TIME_ZONE,
    }
    with connection.cursor() as cursor:
        cursor.execute(SIDES.format(condition=condition), values)
        return [Movement(*row) for row in cursor.fetchall()]


def _issue(
    *,
    programme: Programme,
    currency: str,
    accounts: Sequence[Account],
    opening: dict[int, int],
    movements: Sequence[Movement],
    span: tuple[datetime | None, datetime],
    payout: Payout | None,
    actor: User | None,
    now: datetime,
) -> Statement:
    closing = dict(opening)
    for side in movements:
        closing[side.account_id] += side.amount
    codes = {account.pk: account.code for account in accounts}
    contents = {
        "version": 2,
        **_names(programme),
        "currency": currency,
        "from": _day(span[0]),
        "until": _day(span[1]),
        # A running one tells all that no other told, whatever day it was dated on.
        "last_day": "" if payout else _last_day(span[1]).isoformat(),
        "issued": _day(now),
        "payout": _payout(payout) if payout else None,
        "accounts": [
            {
                "account": account.code,
                "use": account.use or account.kind,
                "opening": opening[account.pk],
                "closing": closing[account.pk],
            }
            for account in accounts
        ],
        "movements": [
            {
                "day": side.day,
                "booked": side.booked,
                "kind": side.kind,
                "reference": reference(side.source_key),
                "entry": side.entry_id,
                "account": codes[side.account_id],
                "amount": side.amount,
            }
            for side in movements
        ],
        "pending": _pending(programme, currency, codes, until=span[1]),
    }
    return _store(
        contents,
        programme=programme,
        movements=movements,
        span=span,
        payout=payout,
        actor=actor,
        now=now,
    )


def _store(
    contents: dict[str, Any],
    *,
    programme: Programme,
    movements: Sequence[Movement],
    span: tuple[datetime | None, datetime],
    payout: Payout | None,
    actor: User | None,
    now: datetime,
) -> Statement:
    """Take the next number, last of all locks, and store the statement."""
    number = numbering.take(SERIES, at=now)
    contents["number"] = str(number)
    kept = Statement.objects.create(
        number=contents["number"],
        series=number.series,
        year=number.year,
        sequence=number.sequence,
        programme=programme,
        currency=contents["currency"],
        starts_at=span[0],
        ends_at=span[1],
        payout=payout,
        is_running=payout is not None,
        issued_by=actor,
        issued_at=now,
        contents=contents,
        sha256=digest(contents),
    )
    told = [side.transfer_id for side in movements], [side.account_id for side in movements]
    with connection.cursor() as cursor:
        cursor.execute(LINES, [kept.pk, *told])
    return kept


def _names(programme: Programme) -> dict[str, Any]:
    ours = Organisation.current()
    return {
        "programme": programme.code,
        "name": {"en": programme.name_en, "es": programme.name_es or programme.name_en},  # type: ignore[attr-defined]
        "partner": programme.partner.name,
        "issuer": ours.legal_name,
        "contact": ours.contact_email,
    }


def _day(moment: datetime | None) -> str:
    """Return the day as it is counted here; empty for none."""
    return localtime(moment).date().isoformat() if moment else ""


def _payout(payout: Payout) -> dict[str, Any]:
    return {
        "number": payout.number,
        "amount": payout.amount,
        "paid_on": payout.paid_on.isoformat() if payout.paid_on else "",
        "bank_reference": payout.bank_reference,
        "to": payout.bank_masked,
    }


def _pending(
    programme: Programme, currency: str, codes: dict[int, str], *, until: datetime
) -> list[dict[str, Any]]:
    """Return what had happened and stands in no approved payout: when it matures, if known."""
    found = [
        ((codes[row.account_id], row.state, row.day), row.amount)
        for row in available.sums(cut_off=until, programme_id=programme.pk)
        if row.currency == currency
    ]
    drafts = (
        PayoutItem.objects.filter(
            is_live=True,
            payout__programme=programme,
            payout__currency=currency,
            payout__state__in=[Payout.State.DRAFT, Payout.State.SUBMITTED],
            transfer__occurred_at__lt=until,
        )
        .order_by()
        .values_list("account_id", "payout__number")
        .annotate(total=Sum("amount"))
    )
    found += [((codes[pk], "proposed", number), total) for pk, number, total in drafts]
    return [
        {"account": account, "state": state, "when": when, "amount": amount}
        for (account, state, when), amount in sorted(found)
    ]
