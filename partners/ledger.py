"""Write to the ledger and read its balances. What is written when: postings.py, docs/money.md."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum

from . import accounts
from .accounts import AccountRef
from .chain import seal
from .models.ledger import Account, Entry, Maturity, Transfer
from .models.programmes import Programme

__all__ = [
    "Draft",
    "Leg",
    "UnknownEntry",
    "UnknownProgramme",
    "balance",
    "balance_at",
    "exists",
    "lock",
    "post",
    "provider_balance",
    "ref_of",
    "reverse",
    "seal",
    "set_maturity",
]

INSERT_ENTRIES = """
INSERT INTO partners_entry (kind, source_key, occurred_at, reverses_id, meta)
SELECT d.kind, d.source_key, d.occurred_at, r.id, d.meta
FROM ROWS FROM (jsonb_to_recordset(%s::jsonb) AS (
    kind text, source_key text, occurred_at timestamptz, reverses_key text, meta jsonb
)) WITH ORDINALITY AS d (kind, source_key, occurred_at, reverses_key, meta, place)
LEFT JOIN partners_entry r ON r.source_key = d.reverses_key
ORDER BY d.place
ON CONFLICT (source_key) DO NOTHING
RETURNING id, kind, source_key, occurred_at, recorded_at, accounted_on, reverses_id,
    transaction_id
"""
INSERT_TRANSFERS = """
INSERT INTO partners_transfer (entry_id, debit_id, credit_id, amount, currency, occurred_at)
SELECT e, d, c, amount, currency, occurred_at
FROM ROWS FROM (jsonb_to_recordset(%s::jsonb) AS (
    e bigint, d bigint, c bigint, amount bigint, currency text, occurred_at timestamptz
)) WITH ORDINALITY AS t (e, d, c, amount, currency, occurred_at, place)
ORDER BY place
"""


class UnknownProgramme(LookupError):
    """A posting names a programme that does not exist."""


class UnknownEntry(LookupError):
    """A posting names an entry that does not exist."""


@dataclass(frozen=True, slots=True)
class Leg:
    """An amount in minor units, zero or more, from `credit` to `debit`."""

    debit: AccountRef
    credit: AccountRef
    amount: int

    def __post_init__(self) -> None:
        """Refuse what could not be written. Raises ValueError."""
        if self.amount < 0:
            raise ValueError("A transfer is never negative: swap its accounts.")
        if self.debit.currency != self.credit.currency:
            raise ValueError("A transfer stays in one currency.")


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be. `meta` holds codes only, never what names a person."""

    kind: str
    source_key: str
    occurred_at: datetime
    legs: Sequence[Leg]
    meta: dict[str, Any] = field(default_factory=dict)
    reverses_key: str = ""


def post(drafts: Iterable[Draft]) -> list[Entry]:
    """Write `drafts` and return the entries that are new.

    All entries go in one INSERT, all transfers in another; a source key that stands in the
    ledger already is skipped, zero legs are dropped, and a draft without any other is no
    entry. Raises UnknownProgramme, UnknownEntry (a reversal of nothing), and IntegrityError
    where a floor would be broken or an entry reversed twice.
    """
    kept = {draft.source_key: draft for draft in drafts if any(leg.amount for leg in draft.legs)}
    if not kept:
        return []
    with transaction.atomic():
        ids = _account_ids(leg for draft in kept.values() for leg in draft.legs if leg.amount)
        entries = _insert_entries(list(kept.values()))
        rows = [
            {
                "e": entry.pk,
                "d": ids[debit.code],
                "c": ids[credit.code],
                "amount": amount,
                "currency": debit.currency,
                "occurred_at": entry.occurred_at.isoformat(),
            }
            for entry in entries
            for (debit, credit), amount in _merged(kept[entry.source_key].legs).items()
        ]
        if rows:
            with connection.cursor() as cursor:
                cursor.execute(INSERT_TRANSFERS, [json.dumps(rows)])
    return entries


def _merged(legs: Iterable[Leg]) -> dict[tuple[AccountRef, AccountRef], int]:
    """Return one sum for each pair of accounts, in order of first appearance."""
    sums: dict[tuple[AccountRef, AccountRef], int] = {}
    for leg in legs:
        if leg.amount:
            pair = (leg.debit, leg.credit)
            sums[pair] = sums.get(pair, 0) + leg.amount
    return sums


def _insert_entries(drafts: list[Draft]) -> list[Entry]:
    rows = [
        {
            "kind": draft.kind,
            "source_key": draft.source_key,
            "occurred_at": draft.occurred_at.isoformat(),
            "reverses_key": draft.reverses_key or None,
            "meta": draft.meta,
        }
        for draft in drafts
    ]
    meta = {draft.source_key: draft.meta for draft in drafts}
    reverses = {draft.source_key: draft.reverses_key for draft in drafts}
    with connection.cursor() as cursor:
        cursor.execute(INSERT_ENTRIES, [json.dumps(rows)])
        names = [column.name for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    entries = [Entry(meta=meta[row["source_key"]], **row) for row in found]
    for entry in entries:
        entry._state.adding = False
        entry._state.db = connection.alias
        if reverses[entry.source_key] and entry.reverses_id is None:
            raise UnknownEntry(f"There is no entry {reverses[entry.source_key]} to reverse.")
    return entries


def _account_ids(legs: Iterable[Leg]) -> dict[str, int]:
    """Return {code: id} of the legs' accounts, after making those that are missing."""
    wanted = {ref.code: ref for leg in legs for ref in (leg.debit, leg.credit)}
    ids = _known(wanted)
    missing = [ref for code, ref in wanted.items() if code not in ids]
    if missing:
        _make_accounts(missing)
        ids = _known(wanted)
    return ids


def _known(codes: Iterable[str]) -> dict[str, int]:
    return dict(Account.objects.filter(code__in=list(codes)).values_list("code", "pk"))


def _make_accounts(missing: list[AccountRef]) -> None:
    codes = {ref.programme_code for ref in missing if ref.programme_code}
    programmes = dict(Programme.objects.filter(code__in=codes).values_list("code", "pk"))
    if unknown := codes - set(programmes):
        raise UnknownProgramme(f"No programme has the code {', '.join(sorted(unknown))}.")
    # The provider's account of a currency comes before all others: nearly every posting
    # touches it, and locks are taken by ascending id. So a transaction that posts twice
    # (a payment, then its fee) still takes its locks in one order with all others.
    first = {ref.currency: accounts.provider(ref.currency) for ref in missing}
    rest = sorted(set(missing) - set(first.values()), key=lambda ref: ref.code)
    Account.objects.bulk_create(
        [
            Account(
                code=ref.code,
                kind=ref.kind,
                currency=ref.currency,
                programme_id=programmes.get(ref.programme_code),
                use=ref.use,
                is_credit_normal=ref.is_credit_normal,
                has_floor=ref.has_floor,
            )
            for ref in [*first.values(), *rest]
        ],
        ignore_conflicts=True,
    )


def reverse(*, of_key: str, source_key: str, kind: str, occurred_at: datetime) -> list[Entry]:
    """Write the mirror image of the entry `of_key` and return it, new ones only.

    Raises UnknownEntry if there is none, IntegrityError if another key reversed it.
    """
    original = Entry.objects.filter(source_key=of_key).first()
    if original is None:
        raise UnknownEntry(f"There is no entry {of_key} to reverse.")
    legs = [
        Leg(ref_of(transfer.credit), ref_of(transfer.debit), transfer.amount)
        for transfer in original.transfers.select_related(
            "debit__programme", "credit__programme"
        ).order_by("pk")
    ]
    return post([Draft(kind, source_key, occurred_at, legs, original.meta, of_key)])


def ref_of(account: Account) -> AccountRef:
    """Return the name of an account that is there."""
    code = account.programme.code if account.programme else ""
    return AccountRef(Account.Kind(account.kind), account.currency, code, account.use)


def exists(source_key: str) -> bool:
    """Say whether the ledger holds an entry of that key."""
    return Entry.objects.filter(source_key=source_key).exists()


def lock(ref: AccountRef) -> None:
    """Let nobody else post to the account until this transaction ends.

    An account that is not there yet is made first: what has no row cannot be locked.
    """
    _account_ids([Leg(ref, ref, 0)])
    list(Account.objects.select_for_update(no_key=True).filter(code=ref.code))


def balance(ref: AccountRef) -> int:
    """Return the kept balance in minor units, positive on the account's normal side."""
    account = Account.objects.filter(code=ref.code).first()
    return account.balance if account else 0


def balance_at(ref: AccountRef, at: datetime) -> int:
    """Return the balance of all that had happened up to and including `at`.

    Minor units, positive on the account's normal side; summed over an index.
    """

    def total(side: str) -> int:
        found = Transfer.objects.filter(**{f"{side}__code": ref.code}, occurred_at__lte=at)
        return found.aggregate(total=Sum("amount"))["total"] or 0

    kept = total("credit") - total("debit")
    return kept if ref.is_credit_normal else -kept


def provider_balance(*, currency: str, at: datetime) -> int:
    """Return what the ledger says that the provider holds for us, in minor units."""
    return balance_at(accounts.provider(currency), at)


def set_maturity(*, source_keys: Iterable[str], kind: str, matures_at: datetime) -> None:
    """Say from when on those entries' credits to one kind of account may be paid out.

    Keys that stand for no entry are passed over; a maturity that is set stays.
    """
    found = Entry.objects.filter(source_key__in=list(source_keys)).order_by("pk")
    Maturity.objects.bulk_create(
        [Maturity(entry=entry, kind=kind, matures_at=matures_at) for entry in found],
        ignore_conflicts=True,
    )
