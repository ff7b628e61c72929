"""Invoices of subscriptions: a draft for an hour, then open, tried, paid or tried again."""

from dataclasses import dataclass
from typing import Any

from . import cards, charges, intents, invoice_payments
from .errors import ApiError, unsupported
from .events import emit
from .listing import Call, Endpoint, answer_list, created_range, filters
from .shapes import new_id, shape
from .storage import Query, Record
from .world import DAY, World

KIND = "invoice"
# A renewal's draft can be changed for so long. Source: docs.stripe.com/billing/invoices.
DRAFT_FOR = 3600
# Days after the first try on which a card is tried again; after the last the plan ends.
RETRIES = (3, 8, 15)
LISTED = {"created", "customer", "ending_before", "limit", "starting_after", "status",
          "subscription"}  # fmt: skip


@dataclass(frozen=True)
class Terms:
    """What one period of a subscription costs, and whose it is."""

    subscription: Record
    item: dict[str, Any]
    reason: str

    @property
    def amount(self) -> int:
        """Return the price of the period in minor units."""
        return int(self.item["price"]["unit_amount"]) * int(self.item["quantity"])


def draft(world: World, terms: Terms) -> Record:
    """Store, tell of and return an invoice over the current period of a subscription."""
    sub, item, amount = terms.subscription.body, terms.item, terms.amount
    invoice_id = new_id("in_1")
    customer = world.need("customer", sub["customer"])
    line = shape(
        "line_item",
        id=new_id("il_1"),
        amount=amount,
        subtotal=amount,
        currency=sub["currency"],
        description=f"{item['quantity']} × {_product_name(world, item)}",
        invoice=invoice_id,
        period={"start": item["current_period_start"], "end": item["current_period_end"]},
        quantity=item["quantity"],
        parent={
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": False,
                "proration_details": {"credited_items": None},
                "subscription": sub["id"],
                "subscription_item": item["id"],
            },
            "type": "subscription_item_details",
        },
        pricing={
            "price_details": {
                "price": item["price"]["id"],
                "product": str(item["price"]["product"]),
            },
            "type": "price_details",
            "unit_amount_decimal": str(item["price"]["unit_amount"]),
        },
    )
    body = shape(
        KIND,
        id=invoice_id,
        amount_due=amount,
        amount_remaining=amount,
        subtotal=amount,
        subtotal_excluding_tax=amount,
        total=amount,
        total_excluding_tax=amount,
        billing_reason=terms.reason,
        created=world.now(),
        currency=sub["currency"],
        customer=sub["customer"],
        customer_email=customer.body["email"],
        customer_name=customer.body["name"],
        lines={
            "object": "list",
            "data": [line],
            "has_more": False,
            "url": f"/v1/invoices/{invoice_id}/lines",
        },
        parent={
            "quote_details": None,
            "subscription_details": {"metadata": sub["metadata"], "subscription": sub["id"]},
            "type": "subscription_details",
        },
        period_start=item["current_period_start"],
        period_end=item["current_period_start"],
    )
    record = world.store.put(KIND, body, subscription=sub["id"])
    emit(world, "invoice.created", body)
    return record


def _product_name(world: World, item: dict[str, Any]) -> str:
    product = world.store.get("product", str(item["price"]["product"]))
    return str(product.body["name"]) if product else "Subscription"


def finalize(world: World, invoice: Record) -> None:
    """Give a draft its number and open it; one that is open already is left alone."""
    if invoice.body["status"] != "draft":
        return
    customer = world.need("customer", invoice.body["customer"])
    sequence = customer.body["next_invoice_sequence"]
    world.change(customer, next_invoice_sequence=sequence + 1)
    now = world.now()
    world.change(
        invoice,
        status="open",
        number=f"{customer.body['invoice_prefix']}-{sequence:04}",
        effective_at=now,
        hosted_invoice_url=f"https://invoice.stripe.com/i/{invoice.id}",
        invoice_pdf=f"https://pay.stripe.com/invoice/{invoice.id}/pdf",
        automatically_finalizes_at=None,
        status_transitions={**invoice.body["status_transitions"], "finalized_at": now},
    )
    emit(world, "invoice.finalized", invoice.body)


def take_first(world: World, invoice: Record, *, intent: Record) -> None:
    """Note that the pay page has paid the first invoice with `intent`."""
    finalize(world, invoice)
    _paid(world, invoice, intent=intent)


def collect(world: World, invoice: Record, *, method: Record | None) -> bool:
    """Try a card for an open invoice; say whether it paid.

    The same intent is tried again, as at Stripe.
    """
    intent = _intent(world, invoice)
    number = str(method.hidden.get("number", "")) if method else ""
    decline = cards.GENERIC if method is None else cards.decline_off_session(number)
    billing = method.body["billing_details"] if method else _nobody(invoice)
    world.change(intent, payment_method=method.id if method else None)
    charge = charges.create(
        world,
        intent=intent,
        number=number or cards.SUCCEEDS,
        billing=billing,
        status="failed" if decline else "succeeded",
        decline=decline,
    )
    world.change(invoice, attempted=True, attempt_count=invoice.body["attempt_count"] + 1)
    if decline:
        emit(world, "charge.failed", charge.body)
        intents.fail(world, intent, decline=decline, charge=charge)
        _plan_retry(world, invoice)
        emit(world, "invoice.payment_failed", invoice.body)
        if decline is cards.NEEDS_PAYER:
            emit(world, "invoice.payment_action_required", invoice.body)
        return False
    emit(world, "charge.succeeded", charge.body)
    intents.succeed(world, intent, charge=charge)
    _paid(world, invoice, intent=intent)
    charges.expect_fee(world, charge)
    return True


def _nobody(invoice: Record) -> dict[str, Any]:
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    email, name = invoice.body["customer_email"], invoice.body["customer_name"]
    return {"address": address, "email": email, "name": name, "phone": None, "tax_id": None}


def _intent(world: World, invoice: Record) -> Record:
    link = invoice_payments.of(world, invoice)
    if link is not None:
        return world.need("payment_intent", link.body["payment"]["payment_intent"])
    intent = intents.create(
        world,
        amount=invoice.body["amount_due"],
        currency=invoice.body["currency"],
        data={"customer": invoice.body["customer"], "description": "Subscription update"},
    )
    invoice_payments.open_one(world, invoice=invoice, intent=intent)
    return intent


def last_error(world: World, invoice: Record) -> dict[str, Any]:
    """Return the error of the last refused try of an invoice."""
    error: dict[str, Any] = _intent(world, invoice).body["last_payment_error"]
    return error


def _plan_retry(world: World, invoice: Record) -> None:
    """Set when the card is tried again; after the last time, never."""
    tries = invoice.body["attempt_count"]
    world.unschedule("retry_invoice", invoice.id)
    if tries > len(RETRIES):
        world.change(invoice, next_payment_attempt=None, auto_advance=False)
        return
    first = invoice.body["status_transitions"]["finalized_at"]
    at = max(first + RETRIES[tries - 1] * DAY, world.now() + 3600)
    world.change(invoice, next_payment_attempt=at)
    world.schedule_at("retry_invoice", invoice.id, at=at)


def _paid(world: World, invoice: Record, *, intent: Record) -> None:
    world.unschedule("retry_invoice", invoice.id)
    link = invoice_payments.of(world, invoice) or invoice_payments.open_one(
        world, invoice=invoice, intent=intent
    )
    world.change(
        invoice,
        status="paid",
        amount_paid=invoice.body["amount_due"],
        amount_remaining=0,
        attempted=True,
        attempt_count=max(invoice.body["attempt_count"], 1),
        auto_advance=False,
        next_payment_attempt=None,
        status_transitions={**invoice.body["status_transitions"], "paid_at": world.now()},
    )
    invoice_payments.paid(world, link)
    emit(world, "invoice.paid", invoice.body)


def void(world: World, invoice: Record) -> None:
    """Give an open invoice up."""
    world.unschedule("retry_invoice", invoice.id)
    link = invoice_payments.of(world, invoice)
    if link is not None:
        intents.cancel(world, world.need("payment_intent", link.body["payment"]["payment_intent"]))
        times = {**link.body["status_transitions"], "canceled_at": world.now()}
        world.change(link, status="canceled", status_transitions=times)
    world.change(
        invoice,
        status="void",
        amount_remaining=0,
        auto_advance=False,
        next_payment_attempt=None,
        status_transitions={**invoice.body["status_transitions"], "voided_at": world.now()},
    )
    emit(world, "invoice.voided", invoice.body)


def leave(world: World, subscription_id: str) -> None:
    """Try nothing more of a subscription that has ended: drafts stay drafts, open ones open."""
    for invoice in world.store.find(Query(KIND, {"hidden.subscription": subscription_id})):
        if invoice.body["status"] not in {"draft", "open"}:
            continue
        world.unschedule("finalize_invoice", invoice.id)
        world.unschedule("retry_invoice", invoice.id)
        previous = world.change(
            invoice, auto_advance=False, next_payment_attempt=None, automatically_finalizes_at=None
        )
        if previous:
            emit(world, "invoice.updated", invoice.body, previous=previous)


def is_newest(world: World, invoice: Record) -> bool:
    """Say whether no later invoice of the same subscription is open or paid."""
    where = {"hidden.subscription": invoice.hidden["subscription"]}
    settled = "json_extract(body, '$.status') IN ('open', 'paid')"
    found = world.store.find(Query(KIND, where, raw=(settled,)), limit=1)
    return found[0].id == invoice.id


def need_open(world: World, invoice_id: str) -> Record:
    """Return an open invoice. Raises ApiError for one that is paid, void or a draft."""
    invoice = world.need(KIND, invoice_id)
    status = invoice.body["status"]
    if status != "open":
        words = {"paid": "Invoice is already paid", "void": "This invoice is void"}
        raise ApiError(words.get(status, f"This invoice has a status of `{status}`."))
    return invoice


def _list(call: Call) -> dict[str, Any]:
    for name in call.given:
        if name not in LISTED:
            raise unsupported(name, why="leave it out here.")
    where = filters(call.given, "customer", "status")
    if "subscription" in call.given:
        where["hidden.subscription"] = call.given["subscription"]
    return answer_list(call, Query(KIND, where, created=created_range(call.given)))


def _retrieve(call: Call) -> dict[str, Any]:
    return call.world.need(KIND, call.object_id).body


ENDPOINTS = [
    Endpoint("GET", "/v1/invoices", "InvoiceListParams", f"list:{KIND}", _list),
    Endpoint("GET", "/v1/invoices/{id}", "InvoiceRetrieveParams", KIND, _retrieve),
]
