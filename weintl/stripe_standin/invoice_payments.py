"""Invoice payments: which intent pays an invoice. Since basil the only link between the two."""

from typing import Any

from .events import emit
from .listing import Call, Endpoint, answer_list, created_range, filters
from .shapes import new_id, shape
from .storage import Query, Record
from .world import World

KIND = "invoice_payment"


def open_one(world: World, *, invoice: Record, intent: Record) -> Record:
    """Store and return the link, open until the intent is paid."""
    body = shape(
        KIND,
        id=new_id("inpay_1"),
        amount_requested=invoice.body["amount_due"],
        created=world.now(),
        currency=invoice.body["currency"],
        invoice=invoice.id,
        payment={"type": "payment_intent", "payment_intent": intent.id},
    )
    return world.store.put(KIND, body)


def of(world: World, invoice: Record) -> Record | None:
    """Return the link of an invoice, None before it was tried."""
    found = world.store.find(Query(KIND, {"invoice": invoice.id}), limit=1)
    return found[0] if found else None


def paid(world: World, record: Record) -> None:
    """Note that the money came, and tell it."""
    times = {**record.body["status_transitions"], "paid_at": world.now()}
    amount = record.body["amount_requested"]
    world.change(record, status="paid", amount_paid=amount, status_transitions=times)
    emit(world, "invoice_payment.paid", record.body)


def _list(call: Call) -> dict[str, Any]:
    where = filters(call.given, "invoice", "status")
    payment = call.given.get("payment", {})
    if "payment_intent" in payment:
        where["payment.payment_intent"] = payment["payment_intent"]
    return answer_list(call, Query(KIND, where, created=created_range(call.given)))


def _retrieve(call: Call) -> dict[str, Any]:
    return call.world.need(KIND, call.object_id).body


ENDPOINTS = [
    Endpoint("GET", "/v1/invoice_payments", "InvoicePaymentListParams", f"list:{KIND}", _list),
    Endpoint("GET", "/v1/invoice_payments/{id}", "InvoicePaymentRetrieveParams", KIND, _retrieve),
]
