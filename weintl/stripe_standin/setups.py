"""SetupIntents: a card that is taken for later, and from which nothing is taken now."""

from typing import Any

from .cards import Decline
from .events import emit
from .intents import error_of, to_bank
from .listing import Call, Endpoint
from .shapes import new_id, shape
from .storage import Record
from .world import World

KIND = "setup_intent"


def create(world: World, *, customer: str | None, data: dict[str, Any]) -> Record:
    """Store and return an intent that waits for a card; `data` is `setup_intent_data`."""
    intent_id = new_id("seti_1")
    body = shape(
        KIND,
        id=intent_id,
        client_secret=f"{intent_id}_secret_{new_id('', length=25)}",
        created=world.now(),
        customer=customer,
        description=data.get("description"),
        metadata=dict(data.get("metadata") or {}),
    )
    record = world.store.put(KIND, body)
    emit(world, "setup_intent.created", body)
    return record


def need_second_step(world: World, intent: Record, *, method: Record, url: str) -> None:
    """Send the payer to the bank's page at `url`."""
    world.change(
        intent,
        status="requires_action",
        payment_method=method.id,
        last_setup_error=None,
        next_action=to_bank(url),
    )
    emit(world, "setup_intent.requires_action", intent.body)


def succeed(world: World, intent: Record, *, method: Record) -> None:
    """Keep the card, with the customer where there is one."""
    if intent.body["customer"]:
        attach(world, method, customer=intent.body["customer"])
    world.change(
        intent,
        status="succeeded",
        payment_method=method.id,
        last_setup_error=None,
        next_action=None,
    )
    emit(world, "setup_intent.succeeded", intent.body)


def fail(world: World, intent: Record, *, decline: Decline, method: Record | None) -> None:
    """Note a refused card; the intent waits for another."""
    world.change(
        intent,
        status="requires_payment_method",
        last_setup_error=error_of(decline, method=method),
        next_action=None,
        payment_method=None,
    )
    emit(world, "setup_intent.setup_failed", intent.body)


def cancel(world: World, intent: Record) -> None:
    """Close an intent whose page expired."""
    if intent.body["status"] in {"succeeded", "canceled"}:
        return
    world.change(intent, status="canceled", cancellation_reason="abandoned", next_action=None)
    emit(world, "setup_intent.canceled", intent.body)


def attach(world: World, method: Record, *, customer: str) -> None:
    """Make a card its customer's; nothing happens to one that already is."""
    if world.change(method, customer=customer):
        emit(world, "payment_method.attached", method.body)


def _retrieve(call: Call) -> dict[str, Any]:
    return call.world.need(KIND, call.object_id).body


ENDPOINTS = [
    Endpoint("GET", "/v1/setup_intents/{id}", "SetupIntentRetrieveParams", KIND, _retrieve),
]
