"""The hash chain over the ledger: whoever keeps one digest can tell if the past was changed."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import connection, transaction
from django.db.models import Prefetch

from .models.ledger import Entry, Seal, Transfer

# The digest before the first: 64 zeros, as long as any other.
GENESIS = "0" * 64
BATCH = 1_000
# Number of the lock that lets one sealing run at a time.
SEALING = 0x5EA1

# Complete is what was written by a transaction older than every one that still runs, so no
# lower id can appear behind the chain's back. Numbers beyond the newest come from another
# server's dump, and everything in a dump is complete.
COMPLETE = """
SELECT e.id FROM partners_entry e
LEFT JOIN partners_seal s ON s.entry_id = e.id
WHERE s.id IS NULL AND (
    e.transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    OR e.transaction_id >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
)
ORDER BY e.id LIMIT %s
"""


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(entry: Entry) -> bytes:
    """Return the entry and its transfers as JSON with sorted keys and no spaces, UTF-8.

    Accounts stand by code, the reversed entry by its source key, times in UTC to the
    microsecond: nothing in it depends on this database's numbers.
    """
    return json.dumps(
        {
            "kind": entry.kind,
            "source_key": entry.source_key,
            "occurred_at": _moment(entry.occurred_at),
            "recorded_at": _moment(entry.recorded_at),
            "accounted_on": entry.accounted_on.isoformat(),
            "reverses": entry.reverses.source_key if entry.reverses else None,
            "meta": entry.meta,
            "transfers": [
                [transfer.debit.code, transfer.credit.code, transfer.amount, transfer.currency]
                for transfer in entry.transfers.all()
            ],
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    ).encode()


def digest(previous: str, entry: Entry) -> str:
    """Return the SHA-256, in hexadecimal, of the previous digest, a line feed, the entry."""
    return hashlib.sha256(previous.encode() + b"\n" + canonical(entry)).hexdigest()


def whole(entries: list[int]) -> list[Entry]:
    """Return those entries with all that a digest is made of, in the order given."""
    transfers = Transfer.objects.select_related("debit", "credit").order_by("pk")
    found = (
        Entry.objects.filter(pk__in=entries)
        .select_related("reverses")
        .prefetch_related(Prefetch("transfers", queryset=transfers))
        .in_bulk()
    )
    return [found[pk] for pk in entries]


def seal(now: datetime) -> int:
    """Seal every entry that is surely complete, oldest first, and return how many.

    `now` is stored as the time of sealing. Only one run works at a time; entries of
    transactions that still run wait for the next.
    """
    sealed = 0
    while batch := _seal_batch(now):
        sealed += batch
    return sealed


def _seal_batch(now: datetime) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALING])
        cursor.execute(COMPLETE, [BATCH])
        due = [row[0] for row in cursor.fetchall()]
        last = Seal.objects.order_by("-position").first()
        position, previous = (last.position, last.digest) if last else (0, GENESIS)
        seals = []
        for entry in whole(due):
            position, previous = position + 1, digest(previous, entry)
            seals.append(Seal(entry=entry, position=position, digest=previous, sealed_at=now))
        Seal.objects.bulk_create(seals)
    return len(seals)


def breaks() -> Iterator[str]:
    """Recompute the chain; yield a sentence for each gap and each digest that differs."""
    previous, position = GENESIS, 0
    seals = Seal.objects.order_by("position")
    while batch := list(seals.filter(position__gt=position)[:BATCH]):
        for found, entry in zip(batch, whole([s.entry_id for s in batch]), strict=True):
            if found.position != position + 1:
                yield f"Seal {position + 1} is missing."
            position = found.position
            if found.digest != digest(previous, entry):
                yield f"Seal {position} does not fit entry {entry.source_key} and what is before."
            # The stored digest, so that one change is told once, not at all later seals.
            previous = found.digest
