"""Charges: one try of moving money. The fee is known later than the success, as at Stripe."""

from typing import Any

from . import balance, money
from .cards import AVAILABLE_AT_ONCE, DISPUTED, REFUND_FAILS, Decline, method_details
from .events import emit
from .listing import Call, Endpoint, answer_list, created_range, filters
from .shapes import new_id, shape
from .storage import Query, Record
from .world import World


def create(
    world: World,
    *,
    intent: Record,
    number: str | None,
    billing: dict[str, Any],
    status: str,
    decline: Decline | None = None,
) -> Record:
    """Store and return a charge of the whole intent; `number` is None for a bank debit."""
    amount = intent.body["amount"]
    is_good = status != "failed"
    body = shape(
        "charge",
        id=new_id("py_3" if number is None else "ch_3"),
        amount=amount,
        amount_captured=amount if status == "succeeded" else 0,
        billing_details=billing,
        captured=is_good,
        created=world.now(),
        currency=intent.body["currency"],
        customer=intent.body["customer"],
        description=intent.body["description"],
        metadata=dict(intent.body["metadata"]),
        paid=status == "succeeded",
        payment_intent=intent.id,
        payment_method=intent.body["payment_method"],
        payment_method_details=method_details(number),
        receipt_email=intent.body["receipt_email"],
        status=status,
    )
    if decline:
        _mark_declined(body, decline)
    hidden = {
        "available_at_once": number == AVAILABLE_AT_ONCE,
        "disputed": number == DISPUTED,
        "refund_fails": number == REFUND_FAILS,
    }
    return world.store.put("charge", body, **hidden)


def _mark_declined(body: dict[str, Any], decline: Decline) -> None:
    body.update(
        failure_code=decline.code,
        failure_message=decline.message,
        outcome={
            **body["outcome"],
            "network_status": "declined_by_network",
            "reason": decline.decline_code,
            "seller_message": "The bank did not return any further details with this decline.",
            "type": "issuer_declined",
        },
    )


def expect_fee(world: World, charge: Record) -> None:
    """Plan the late booking of the fee, and the dispute that some cards bring."""
    delay = world.config.fee_delay_ms
    world.schedule("settle_charge", charge.id, delay_ms=delay)
    if charge.hidden.get("disputed"):
        world.schedule("open_dispute", charge.id, delay_ms=delay + 500)


def settle(world: World, charge_id: str) -> Record:
    """Book the charge and its fee and tell it by `charge.updated`; repeated, nothing happens."""
    charge = world.need("charge", charge_id)
    world.unschedule("settle_charge", charge_id)
    if charge.body["balance_transaction"] or charge.body["status"] != "succeeded":
        return charge
    amount, currency, rate = balance.settled(
        world, amount=charge.body["amount"], currency=charge.body["currency"]
    )
    is_card = charge.body["payment_method_details"]["type"] == "card"
    at_once = charge.hidden.get("available_at_once")
    transaction = balance.book(
        world,
        amount=amount,
        kind="charge" if is_card else "payment",
        category="charge",
        source=charge.id,
        currency=currency,
        fee=money.fee(amount),
        exchange_rate=rate,
        available_on=None if at_once else charge.body["created"] + balance.AVAILABLE_AFTER,
        description=charge.body["description"],
    )
    previous = world.change(charge, balance_transaction=transaction.id)
    emit(world, "charge.updated", charge.body, previous=previous)
    return charge


def _list(call: Call) -> dict[str, Any]:
    where = filters(call.given, "payment_intent", "customer", "transfer_group")
    return answer_list(call, Query("charge", where, created=created_range(call.given)))


def _retrieve(call: Call) -> dict[str, Any]:
    return call.world.need("charge", call.object_id).body


ENDPOINTS = [
    Endpoint("GET", "/v1/charges", "ChargeListParams", "list:charge", _list),
    Endpoint("GET", "/v1/charges/{id}", "ChargeRetrieveParams", "charge", _retrieve),
]
