"""Compare with the provider up to a cut-off, to the cent, and take in what was missed.

Equality is claimed up to the cut-off, never for "now". What each side lacks is a difference
for a person. Then each payout to our bank is held against what the provider lists in it.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Max
from django.utils.module_loading import import_string

from . import client, comparison, differences, dispatch, inbox, itemising, roots
from .client import Json
from .models import Difference, Reconciliation, WebhookEvent

logger = logging.getLogger(__name__)

# Before this everything that happened has arrived, unless it was lost.
SETTLED_AFTER = timedelta(minutes=10)
# How long the provider keeps events. Source: docs.stripe.com/api/events.
EVENTS_KEPT = timedelta(days=30)
# Events may be lost before one that arrived; a nightly run looks further back than this.
OVERLAP = timedelta(days=1)
BEGINNING = datetime(2011, 1, 1, tzinfo=UTC)


def catch_up(*, now: datetime, since: datetime | None = None) -> int:
    """Take in and process the provider's events since then; return how many we lacked.

    Without `since`: from a day before the latest event that we have. Raises client.Unavailable.
    """
    latest = WebhookEvent.objects.aggregate(at=Max("occurred_at"))["at"]
    begin = since or (latest - OVERLAP if latest else now - EVENTS_KEPT)
    listed = [
        event
        for types in _in_twenties(sorted(roots.TYPES))
        for event in client.events(types=types, since=int(begin.timestamp()))
    ]
    listed.sort(key=lambda event: event["created"])
    ids = [event["id"] for event in listed]
    states = dict(WebhookEvent.objects.filter(event_id__in=ids).values_list("event_id", "state"))
    missed = 0
    for event in listed:
        if states.get(event["id"], WebhookEvent.State.RECEIVED) != WebhookEvent.State.RECEIVED:
            continue
        row = inbox.take_in(event=event, raw=json.dumps(event), now=now)
        dispatch.process(event_id=row.pk, now=now)
        missed += event["id"] not in states
    if missed:
        logger.info("events.missed", extra={"count": missed})
    return missed


def _in_twenties(types: list[str]) -> Iterator[list[str]]:
    """Yield the types in parts: the provider takes twenty at once."""
    for start in range(0, len(types), 20):
        yield types[start : start + 20]


def run(
    *, now: datetime, cut_off: datetime | None = None, is_full: bool = False
) -> list[Reconciliation]:
    """Compare everything since the last run up to `cut_off`; return one row a currency.

    `is_full` compares from the beginning. Raises client.Unavailable; then nothing is recorded.
    """
    until = (cut_off or now - SETTLED_AFTER).replace(microsecond=0)
    last = _last_runs(until=until)
    # Back to the run before: what was lost since then is found even where later events arrived.
    since = min((row.cut_off_at for row in last.values()), default=now - EVENTS_KEPT)
    taken_in = catch_up(now=now, since=since - OVERLAP)
    begin = BEGINNING if is_full or not last else _begin(last)
    listed = _by_currency(after=begin, until=until)
    currencies = sorted({settings.BASE_CURRENCY, *listed, *last})
    rows = [
        _compare(
            currency,
            listed=listed[currency],
            previous=None if begin == BEGINNING else last.get(currency),
            begin=begin,
            until=until,
            now=now,
            taken_in=taken_in,
        )
        for currency in currencies
    ]
    itemising.check_waiting(now=now)
    return rows


def _last_runs(*, until: datetime) -> dict[str, Reconciliation]:
    """Return the newest run of each currency; none if the cut-off does not lie after them all."""
    rows: dict[str, Reconciliation] = {}
    for row in Reconciliation.objects.order_by("cut_off_at", "pk"):
        rows[row.currency] = row
    return rows if all(row.cut_off_at < until for row in rows.values()) else {}


def _begin(last: dict[str, Reconciliation]) -> datetime:
    """Return where to begin: at the last cut-off, earlier while an older difference is open."""
    begin = min(row.cut_off_at for row in last.values())
    open_ones = Difference.objects.filter(resolved_at=None).exclude(kind="balance")
    oldest = open_ones.order_by("occurred_at", "pk").first()
    return min(begin, oldest.occurred_at - timedelta(seconds=1)) if oldest else begin


def _by_currency(*, after: datetime, until: datetime) -> defaultdict[str, list[Json]]:
    found: defaultdict[str, list[Json]] = defaultdict(list)
    listed = client.balance_transactions(after=int(after.timestamp()), until=int(until.timestamp()))
    for transaction in listed:
        found[transaction["currency"]].append(transaction)
    return found


def _compare(
    currency: str,
    *,
    listed: list[Json],
    previous: Reconciliation | None,
    begin: datetime,
    until: datetime,
    now: datetime,
    taken_in: int,
) -> Reconciliation:
    balance, is_whole = _sum(listed), previous is None
    if previous is not None:
        newer = [row for row in listed if row["created"] > previous.cut_off_at.timestamp()]
        balance = previous.provider_balance + _sum(newer)
        in_flight = comparison.in_flight(currency=currency, until=until)
        ledger = _ledger_balance(currency=currency, until=until)
        is_whole = ledger is not None and ledger != balance + in_flight
    if is_whole and begin != BEGINNING:
        # Something may have appeared behind the last cut-off: only the whole is proof.
        begin = BEGINNING
        listed = _by_currency(after=begin, until=until)[currency]
        balance = _sum(listed)
    found = comparison.compare(listed, currency=currency, begin=begin, until=until, now=now)
    in_flight = comparison.in_flight(currency=currency, until=until)
    ledger = _ledger_balance(currency=currency, until=until)
    run_row = Reconciliation.objects.create(
        currency=currency,
        from_at=begin,
        cut_off_at=until,
        run_at=now,
        transactions=len(listed),
        taken_in=taken_in,
        provider_balance=balance,
        in_flight=in_flight,
        ledger_balance=ledger,
    )
    for fields in found.differences:
        differences.record(**fields, currency=currency, found_at=now, reconciliation=run_row)
    healed = found.equal
    is_balanced = ledger is None or ledger == balance + in_flight
    if is_balanced:
        healed = [*healed, f"balance:{currency}"]
    else:
        _record_balance(run_row, now=now)
    differences.close_healed(healed=healed, now=now)
    run_row.is_equal = is_balanced and not found.differences
    run_row.save(update_fields=["is_equal"])
    logger.info("reconciled", extra={"currency": currency, "is_equal": run_row.is_equal})
    return run_row


def _sum(listed: list[Json]) -> int:
    return sum(row["net"] for row in listed)


def _ledger_balance(*, currency: str, until: datetime) -> int | None:
    path = settings.LEDGER_PROVIDER_BALANCE
    return import_string(path)(currency=currency, at=until) if path else None


def _record_balance(row: Reconciliation, *, now: datetime) -> None:
    differences.record(
        kind=Difference.Kind.BALANCE,
        object_id=f"balance:{row.currency}",
        currency=row.currency,
        ours=row.ledger_balance,
        theirs=row.provider_balance + row.in_flight,
        detail=f"{row.provider_balance} at the provider and {row.in_flight} in flight, "
        f"{row.ledger_balance} in the ledger.",
        occurred_at=row.cut_off_at,
        found_at=now,
        reconciliation=row,
    )
