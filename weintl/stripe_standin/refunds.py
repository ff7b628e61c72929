"""Refunds: pending, then succeeded; some fail later. The fee of the charge stays with Stripe."""

from typing import Any

from . import balance
from .errors import ApiError
from .events import emit
from .listing import Call, Endpoint, answer_list, created_range, filters
from .shapes import new_id, shape
from .storage import Query, Record
from .world import World

KIND = "refund"
# Longer than the way to `succeeded`: a failure follows a success, as at Stripe.
FAILS_AFTER_MS = 1000


def _create(call: Call) -> dict[str, Any]:
    world, given = call.world, call.given
    for name in ("refund_application_fee", "reverse_transfer", "origin", "customer", "currency"):
        if given.get(name):
            raise ApiError(f"You can not pass `{name}` for this charge.", param=name)
    charge = _charge(call)
    amount = _amount(charge, given.get("amount"))
    body = shape(
        KIND,
        id=new_id("re_3"),
        amount=amount,
        charge=charge.id,
        created=world.now(),
        currency=charge.body["currency"],
        metadata=given.get("metadata") or {},
        payment_intent=charge.body["payment_intent"],
        reason=given.get("reason"),
    )
    settled, currency, rate = balance.settled(world, amount=amount, currency=body["currency"])
    is_card = charge.body["payment_method_details"]["type"] == "card"
    transaction = balance.book(
        world,
        amount=-settled,
        kind="refund" if is_card else "payment_refund",
        category="refund",
        source=body["id"],
        currency=currency,
        exchange_rate=rate,
        description=f"REFUND FOR CHARGE ({charge.id})",
    )
    body["balance_transaction"] = transaction.id
    record = world.store.put(KIND, body, fails=charge.hidden.get("refund_fails", False))
    refunded = charge.body["amount_refunded"] + amount
    previous = world.change(
        charge, amount_refunded=refunded, refunded=refunded == charge.body["amount"]
    )
    emit(world, "charge.refunded", charge.body, previous=previous)
    emit(world, "refund.created", body)
    world.schedule("succeed_refund", record.id, delay_ms=world.config.refund_delay_ms)
    return record.body


def _charge(call: Call) -> Record:
    world, given = call.world, call.given
    if "charge" not in given and "payment_intent" not in given:
        raise ApiError(
            "One of the following params should be provided for this request: payment_intent "
            "or charge."
        )
    charge_id = given.get("charge")
    if "payment_intent" in given:
        intent = world.need("payment_intent", given["payment_intent"], param="payment_intent")
        if intent.body["status"] != "succeeded":
            raise ApiError(
                f"This PaymentIntent ({intent.id}) does not have a successful charge to refund.",
                code="payment_intent_unexpected_state",
            )
        charge_id = charge_id or intent.body["latest_charge"]
    charge = world.need("charge", charge_id, param="charge")
    if "payment_intent" in given and charge.body["payment_intent"] != given["payment_intent"]:
        raise ApiError("The charge does not belong to the PaymentIntent.", param="charge")
    if charge.body["status"] != "succeeded":
        raise ApiError(f"Charge {charge.id} has not succeeded and can not be refunded.")
    if charge.hidden.get("is_charged_back"):
        raise ApiError(
            f"Charge {charge.id} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    return charge


def _amount(charge: Record, wanted: int | None) -> int:
    left = charge.body["amount"] - charge.body["amount_refunded"]
    if left == 0:
        raise ApiError(
            f"Charge {charge.id} has already been refunded.", code="charge_already_refunded"
        )
    if wanted is None:
        return int(left)
    if wanted <= 0:
        raise ApiError("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if wanted > left:
        raise ApiError(
            f"Refund amount ({wanted}) is greater than unrefunded amount on charge ({left})",
            param="amount",
        )
    return wanted


def succeed(world: World, refund_id: str) -> None:
    """Let a pending refund reach its payer."""
    record = world.need(KIND, refund_id)
    world.unschedule("succeed_refund", refund_id)
    if record.body["status"] != "pending":
        return
    details = record.body["destination_details"]
    card = {
        **details["card"],
        "reference": "74850000000000000000000",
        "reference_status": "available",
    }
    previous = world.change(
        record, status="succeeded", destination_details={**details, "card": card}
    )
    emit(world, "refund.updated", record.body, previous=previous)
    if record.hidden.get("fails"):
        world.schedule("fail_refund", record.id, delay_ms=FAILS_AFTER_MS)


def fail(world: World, refund_id: str, *, reason: str = "expired_or_canceled_card") -> Record:
    """Let the money come back; also after a success. Raises ApiError if it already did."""
    record = world.need(KIND, refund_id)
    if record.body["status"] in {"failed", "canceled"}:
        raise ApiError(f"Refund {refund_id} is {record.body['status']} already.")
    previous = _give_back(world, record, status="failed", failure_reason=reason)
    emit(world, "refund.updated", record.body, previous=previous)
    emit(world, "refund.failed", record.body)
    return record


def hold(world: World, refund_id: str) -> Record:
    """Let a pending refund wait for its payer: the one state that may be cancelled."""
    record = world.need(KIND, refund_id)
    if record.body["status"] != "pending":
        raise ApiError(f"Refund {refund_id} is {record.body['status']}, not pending.")
    world.unschedule("succeed_refund", refund_id)
    previous = world.change(record, status="requires_action")
    emit(world, "refund.updated", record.body, previous=previous)
    return record


def _give_back(world: World, record: Record, **values: Any) -> dict[str, Any]:
    world.unschedule("succeed_refund", record.id)
    charge = world.need("charge", record.body["charge"])
    taken = world.need("balance_transaction", record.body["balance_transaction"])
    returned = balance.book(
        world,
        amount=-taken.body["amount"],
        kind="refund_failure",
        source=record.id,
        currency=taken.body["currency"],
        description=f"REFUND FAILURE ({record.id})",
    )
    refunded = charge.body["amount_refunded"] - record.body["amount"]
    world.change(charge, amount_refunded=refunded, refunded=False)
    return world.change(record, failure_balance_transaction=returned.id, **values)


def _cancel(call: Call) -> dict[str, Any]:
    record = call.world.need(KIND, call.object_id)
    if record.body["status"] != "requires_action":
        raise ApiError(
            f"Refund {record.id} can not be canceled: only refunds with the status "
            f"`requires_action` can, and it is `{record.body['status']}`."
        )
    previous = _give_back(call.world, record, status="canceled")
    emit(call.world, "refund.updated", record.body, previous=previous)
    return record.body


def _retrieve(call: Call) -> dict[str, Any]:
    return call.world.need(KIND, call.object_id).body


def _list(call: Call) -> dict[str, Any]:
    where = filters(call.given, "charge", "payment_intent")
    return answer_list(call, Query(KIND, where, created=created_range(call.given)))


ENDPOINTS = [
    Endpoint("POST", "/v1/refunds", "RefundCreateParams", KIND, _create),
    Endpoint("GET", "/v1/refunds", "RefundListParams", f"list:{KIND}", _list),
    Endpoint("GET", "/v1/refunds/{id}", "RefundRetrieveParams", KIND, _retrieve),
    Endpoint("POST", "/v1/refunds/{id}/cancel", "RefundCancelParams", KIND, _cancel),
]
