"""Payouts: what has become available goes to the bank; a later event says what was in it."""

from typing import Any

from . import balance
from .errors import ApiError
from .events import emit
from .listing import Call, Endpoint, answer_list, created_range, filters
from .shapes import new_id, shape
from .storage import Query, Record
from .world import World

KIND = "payout"


def run(world: World, *, include_pending: bool = False) -> list[Record]:
    """Pay out, for each currency, all transactions that are available and in no payout yet.

    `include_pending` takes money before its time, for demonstrations.
    """
    groups: dict[str, list[Record]] = {}
    for entry in world.store.find(Query("balance_transaction")):
        is_due = include_pending or entry.body["available_on"] <= world.now()
        if is_due and "payout" not in entry.hidden:
            groups.setdefault(entry.body["currency"], []).append(entry)
    return [
        _pay(world, entries, currency=currency)
        for currency, entries in groups.items()
        if sum(entry.body["net"] for entry in entries) > 0
    ]


def run_planned(world: World, _interval: str) -> None:
    """Pay out what is available, as the schedule said."""
    run(world)


def _pay(world: World, entries: list[Record], *, currency: str) -> Record:
    amount = sum(entry.body["net"] for entry in entries)
    body = shape(
        KIND,
        id=new_id("po_1"),
        amount=amount,
        arrival_date=world.now(),
        created=world.now(),
        currency=currency,
    )
    booked = balance.book(
        world,
        amount=-amount,
        kind="payout",
        source=body["id"],
        currency=currency,
        description="STRIPE PAYOUT",
    )
    body["balance_transaction"] = booked.id
    record = world.store.put(KIND, body)
    for entry in [*entries, booked]:
        entry.hidden["payout"] = record.id
        entry.body["available_on"] = min(entry.body["available_on"], world.now())
        world.store.save(entry)
    emit(world, "payout.created", body)
    previous = world.change(record, status="paid")
    emit(world, "payout.paid", record.body)
    previous = world.change(record, reconciliation_status="completed")
    emit(world, "payout.updated", record.body, previous=previous)
    emit(world, "payout.reconciliation_completed", record.body)
    return record


def fail(world: World, payout_id: str) -> Record:
    """Let the bank send the money back. Raises ApiError if it already did."""
    record = world.need(KIND, payout_id)
    if record.body["status"] == "failed":
        raise ApiError(f"Payout {payout_id} failed already.")
    returned = balance.book(
        world,
        amount=record.body["amount"],
        kind="payout_failure",
        category="payout_reversal",
        source=record.id,
        currency=record.body["currency"],
        description="STRIPE PAYOUT FAILURE",
    )
    world.change(
        record,
        status="failed",
        failure_balance_transaction=returned.id,
        failure_code="account_closed",
        failure_message="The bank account has been closed",
    )
    emit(world, "payout.failed", record.body)
    return record


def _retrieve(call: Call) -> dict[str, Any]:
    return call.world.need(KIND, call.object_id).body


def _list(call: Call) -> dict[str, Any]:
    where = filters(call.given, "status", "destination")
    limits = created_range(call.given)
    arrivals = created_range(call.given, name="arrival_date")
    # Operators come from a fixed table and moments are integers.
    raw = tuple(
        f"json_extract(body, '$.arrival_date') {sign} {moment}" for sign, moment in arrivals
    )
    return answer_list(call, Query(KIND, where, created=limits, raw=raw))


ENDPOINTS = [
    Endpoint("GET", "/v1/payouts", "PayoutListParams", f"list:{KIND}", _list),
    Endpoint("GET", "/v1/payouts/{id}", "PayoutRetrieveParams", KIND, _retrieve),
]
