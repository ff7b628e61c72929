"""Disputes: a payer contests a charge; amount and fee leave at once, the amount may come back.

Assumption: the fee stays with Stripe, whoever wins.
"""

from typing import Any

from . import balance, money
from .errors import ApiError
from .events import emit
from .listing import Call, Endpoint, answer_list, created_range, filters
from .shapes import new_id, shape
from .storage import Query, Record
from .world import DAY, World

KIND = "dispute"
ANSWER_WITHIN = 9 * DAY
# What a text of evidence decides in Stripe's test mode.
VERDICTS = {"winning_evidence": "won", "losing_evidence": "lost"}
OPEN = {"needs_response", "warning_needs_response", "under_review", "warning_under_review"}


def open_one(
    world: World,
    charge: Record,
    *,
    reason: str = "fraudulent",
    amount: int | None = None,
    is_inquiry: bool = False,
) -> Record:
    """Contest `amount` (the whole charge by default); an inquiry moves no money yet."""
    whole = charge.body["amount"]
    wanted = whole if amount is None else amount
    if not 0 < wanted <= whole or charge.body["status"] != "succeeded":
        raise ApiError(f"Charge {charge.id} can not be disputed over {wanted}.")
    if charge.body["disputed"]:
        raise ApiError(f"Charge {charge.id} is disputed already.")
    body = shape(
        KIND,
        id=new_id("du_1"),
        amount=wanted,
        charge=charge.id,
        created=world.now(),
        currency=charge.body["currency"],
        is_charge_refundable=is_inquiry,
        payment_intent=charge.body["payment_intent"],
        reason=reason,
        status="warning_needs_response" if is_inquiry else "needs_response",
    )
    body["evidence_details"]["due_by"] = world.now() + ANSWER_WITHIN
    body["payment_method_details"]["card"]["case_type"] = "inquiry" if is_inquiry else "chargeback"
    record = world.store.put(KIND, body)
    world.change(charge, disputed=True)
    # Told before the money moves: the first event shows no balance transaction.
    emit(world, "charge.dispute.created", body)
    if not is_inquiry:
        charge.hidden["is_charged_back"] = True
        world.store.save(charge)
        _book(world, record, sign=-1, fee=money.DISPUTE_FEE, category="dispute")
        emit(world, "charge.dispute.funds_withdrawn", record.body)
    return record


def open_planned(world: World, charge_id: str) -> None:
    """Open the dispute that a test card brings."""
    charge = world.store.get("charge", charge_id)
    if charge is not None and not charge.body["disputed"]:
        open_one(world, charge)


def close(world: World, record: Record, *, outcome: str) -> Record:
    """Decide a dispute: `won` or `lost`; an inquiry is closed as a warning."""
    if record.body["status"] not in OPEN:
        raise ApiError(f"This dispute is already closed: {record.id}", code="dispute_closed")
    world.unschedule("judge_dispute", record.id)
    is_inquiry = record.body["status"].startswith("warning")
    status = "warning_closed" if is_inquiry else outcome
    previous = world.change(record, status=status)
    if status == "won":
        _book(world, record, sign=1, fee=0, category="dispute_reversal")
        charge = world.need("charge", record.body["charge"])
        charge.hidden["is_charged_back"] = False
        world.store.save(charge)
    emit(world, "charge.dispute.closed", record.body, previous=previous)
    if status == "won":
        emit(world, "charge.dispute.funds_reinstated", record.body)
    return record


def judge(world: World, dispute_id: str) -> None:
    """Decide by the words of the evidence; other words lose."""
    record = world.need(KIND, dispute_id)
    if record.body["status"] in {"under_review", "warning_under_review"}:
        text = (record.body["evidence"].get("uncategorized_text") or "").strip()
        close(world, record, outcome=VERDICTS.get(text, "lost"))


def rendered(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Return the dispute with the state of now of its balance transactions."""
    booked = [balance.rendered(world, entry) for entry in body["balance_transactions"]]
    return {**body, "balance_transactions": booked}


def _book(world: World, record: Record, *, sign: int, fee: int, category: str) -> None:
    body = record.body
    amount, currency, rate = balance.settled(
        world, amount=body["amount"], currency=body["currency"]
    )
    words = "withdrawal" if sign < 0 else "reversal"
    entry = balance.book(
        world,
        amount=sign * amount,
        kind="adjustment",
        category=category,
        source=record.id,
        currency=currency,
        fee=fee,
        exchange_rate=rate,
        description=f"Chargeback {words} for {body['charge']}",
    )
    world.change(record, balance_transactions=[*body["balance_transactions"], entry.body])


def _update(call: Call) -> dict[str, Any]:
    world, given = call.world, call.given
    record = world.need(KIND, call.object_id)
    if record.body["status"] not in {"needs_response", "warning_needs_response"}:
        raise ApiError(
            f"Dispute {record.id} takes no evidence: its status is `{record.body['status']}`."
        )
    if "intended_submission_method" in given:
        raise ApiError("Smart disputes are not enabled.", param="intended_submission_method")
    values: dict[str, Any] = {}
    if given.get("metadata") is not None:
        values["metadata"] = merged(record.body["metadata"], given["metadata"])
    if given.get("evidence"):
        evidence = {**record.body["evidence"], **given["evidence"]}
        values["evidence"] = {name: value or None for name, value in evidence.items()}
        details = {**record.body["evidence_details"], "has_evidence": True}
        if given.get("submit", True):
            details["submission_count"] += 1
            is_inquiry = record.body["status"].startswith("warning")
            values["status"] = "warning_under_review" if is_inquiry else "under_review"
            world.schedule("judge_dispute", record.id, delay_ms=world.config.refund_delay_ms)
        values["evidence_details"] = details
    previous = world.change(record, **values)
    emit(world, "charge.dispute.updated", record.body, previous=previous)
    return record.body


def merged(old: dict[str, str], new: dict[str, str] | str) -> dict[str, str]:
    """Return metadata after an update: an empty value removes its key, empty text removes all."""
    if isinstance(new, str):
        return {}
    return {key: value for key, value in {**old, **new}.items() if value != ""}


def _close(call: Call) -> dict[str, Any]:
    record = call.world.need(KIND, call.object_id)
    return close(call.world, record, outcome="lost").body


def _retrieve(call: Call) -> dict[str, Any]:
    return call.world.need(KIND, call.object_id).body


def _list(call: Call) -> dict[str, Any]:
    where = filters(call.given, "charge", "payment_intent")
    return answer_list(call, Query(KIND, where, created=created_range(call.given)))


ENDPOINTS = [
    Endpoint("GET", "/v1/disputes", "DisputeListParams", f"list:{KIND}", _list),
    Endpoint("GET", "/v1/disputes/{id}", "DisputeRetrieveParams", KIND, _retrieve),
    Endpoint("POST", "/v1/disputes/{id}", "DisputeUpdateParams", KIND, _update),
    Endpoint("POST", "/v1/disputes/{id}/close", "DisputeCloseParams", KIND, _close),
]
