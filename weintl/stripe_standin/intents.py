"""PaymentIntents: what one checkout means to collect, over all its tries."""

from typing import Any

from .cards import Decline
from .events import emit
from .listing import Call, Endpoint
from .shapes import new_id, shape
from .storage import Record
from .world import World


def create(world: World, *, amount: int, currency: str, data: dict[str, Any]) -> Record:
    """Store and return an intent that waits for a payment method.

    `data` is the session's `payment_intent_data`.
    """
    intent_id = new_id("pi_3")
    body = shape(
        "payment_intent",
        id=intent_id,
        amount=amount,
        client_secret=f"{intent_id}_secret_{new_id('', length=25)}",
        created=world.now(),
        currency=currency,
        customer=data.get("customer"),
        description=data.get("description"),
        metadata=dict(data.get("metadata") or {}),
        receipt_email=data.get("receipt_email"),
        setup_future_usage=data.get("setup_future_usage"),
        statement_descriptor=data.get("statement_descriptor"),
        statement_descriptor_suffix=data.get("statement_descriptor_suffix"),
        status="requires_payment_method",
    )
    if data.get("capture_method"):
        body["capture_method"] = data["capture_method"]
    record = world.store.put("payment_intent", body)
    emit(world, "payment_intent.created", body)
    return record


def need_second_step(world: World, intent: Record, *, method_id: str, url: str) -> None:
    """Send the payer to the bank's page at `url`."""
    world.change(
        intent,
        status="requires_action",
        payment_method=method_id,
        last_payment_error=None,
        next_action=to_bank(url),
    )
    emit(world, "payment_intent.requires_action", intent.body)


def to_bank(url: str) -> dict[str, Any]:
    """Return the `next_action` that sends a payer to the bank's page."""
    return {"redirect_to_url": {"return_url": None, "url": url}, "type": "redirect_to_url"}


def error_of(decline: Decline, *, method: Record | None) -> dict[str, Any]:
    """Return the error that an intent shows after a refused try."""
    error: dict[str, Any] = {
        "code": decline.code,
        "doc_url": f"https://docs.stripe.com/error-codes/{decline.code}",
        "message": decline.message,
        "type": "card_error",
    }
    if not decline.code.endswith("_authentication_failure"):
        error["decline_code"] = decline.decline_code
    if method:
        error["payment_method"] = method.body
    return error


def process(world: World, intent: Record, *, charge: Record) -> None:
    """Wait for a bank debit."""
    world.change(
        intent,
        status="processing",
        latest_charge=charge.id,
        payment_method=charge.body["payment_method"],
        last_payment_error=None,
        next_action=None,
    )
    emit(world, "payment_intent.processing", intent.body)


def succeed(world: World, intent: Record, *, charge: Record) -> None:
    """Take in the money."""
    world.change(
        intent,
        status="succeeded",
        amount_received=intent.body["amount"],
        latest_charge=charge.id,
        last_payment_error=None,
        next_action=None,
    )
    emit(world, "payment_intent.succeeded", intent.body)


def fail(world: World, intent: Record, *, decline: Decline, charge: Record | None) -> None:
    """Note a refused try; the intent waits for another payment method."""
    method = world.store.get("payment_method", str(intent.body["payment_method"]))
    error = error_of(decline, method=method)
    if charge:
        error["charge"] = charge.id
    world.change(
        intent,
        status="requires_payment_method",
        latest_charge=charge.id if charge else intent.body["latest_charge"],
        last_payment_error=error,
        next_action=None,
        payment_method=None,
    )
    emit(world, "payment_intent.payment_failed", intent.body)


def cancel(world: World, intent: Record) -> None:
    """Close an intent whose page expired."""
    if intent.body["status"] in {"succeeded", "processing", "canceled"}:
        return
    world.change(
        intent,
        status="canceled",
        canceled_at=world.now(),
        cancellation_reason="expired",
        next_action=None,
    )
    emit(world, "payment_intent.canceled", intent.body)


def _retrieve(call: Call) -> dict[str, Any]:
    record = call.world.need("payment_intent", call.object_id)
    return record.body


ENDPOINTS = [
    Endpoint(
        "GET",
        "/v1/payment_intents/{id}",
        "PaymentIntentRetrieveParams",
        "payment_intent",
        _retrieve,
    ),
]
