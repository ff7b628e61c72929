"""The provider's books: balance transactions, and the balance that they sum to."""

from decimal import Decimal
from typing import Any

from . import money, payout_schedule
from .listing import Call, Endpoint, answer_list, created_range, filters
from .shapes import new_id, shape
from .storage import Query, Record
from .world import DAY, World

# Days until money may be paid out. An assumption: it depends on country and contract.
AVAILABLE_AFTER = 2 * DAY


def book(
    world: World,
    *,
    amount: int,
    kind: str,
    source: str,
    currency: str,
    category: str | None = None,
    fee: int = 0,
    exchange_rate: Decimal | None = None,
    available_on: int | None = None,
    description: str | None = None,
) -> Record:
    """Book `amount` less `fee`, both in the currency of settlement; return the transaction."""
    available_on = world.now() if available_on is None else available_on
    body = shape(
        "balance_transaction",
        id=new_id("txn_3"),
        amount=amount,
        available_on=available_on,
        created=world.now(),
        currency=currency,
        description=description,
        exchange_rate=None if exchange_rate is None else float(exchange_rate),
        fee=fee,
        fee_details=_fee_details(fee, kind=kind, currency=currency),
        net=amount - fee,
        reporting_category=category or kind,
        source=source,
        type=kind,
    )
    if kind != "payout":
        payout_schedule.plan(world, available_on=available_on)
    return world.store.put("balance_transaction", body)


def _fee_details(fee: int, *, kind: str, currency: str) -> list[dict[str, Any]]:
    if not fee:
        return []
    description = "Dispute fee" if kind == "adjustment" else "Stripe processing fees"
    return [
        {
            "amount": fee,
            "application": None,
            "currency": currency,
            "description": description,
            "type": "stripe_fee",
        }
    ]


def settled(world: World, *, amount: int, currency: str) -> tuple[int, str, Decimal | None]:
    """Return an amount as it is settled: minor units, currency, exchange rate."""
    into = world.config.settlement_currency
    at = money.rate(currency, into=into)
    return money.convert(amount, at=at), into, at


def rendered(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Return the transaction with its state of now."""
    status = "available" if body["available_on"] <= world.now() else "pending"
    return {**body, "status": status}


def _retrieve_balance(call: Call) -> dict[str, Any]:
    now = call.world.now()
    sums: dict[str, dict[str, int]] = {"available": {}, "pending": {}}
    for record in call.world.store.find(Query("balance_transaction")):
        part = sums["available" if record.body["available_on"] <= now else "pending"]
        currency = record.body["currency"]
        part[currency] = part.get(currency, 0) + record.body["net"]
    listed = {
        name: [
            {"amount": amount, "currency": currency, "source_types": {"card": amount}}
            for currency, amount in (part or {call.world.config.settlement_currency: 0}).items()
        ]
        for name, part in sums.items()
    }
    return shape("balance", **listed)


def _list(call: Call) -> dict[str, Any]:
    where = filters(call.given, "source", "type", "currency")
    if "payout" in call.given:
        call.world.need("payout", call.given["payout"], param="payout", status=400)
        where["hidden.payout"] = call.given["payout"]
    query = Query("balance_transaction", where, created=created_range(call.given))
    return answer_list(call, query)


def _retrieve(call: Call) -> dict[str, Any]:
    return call.world.need("balance_transaction", call.object_id).body


KIND = "balance_transaction"
ENDPOINTS = [
    Endpoint("GET", "/v1/balance", "BalanceRetrieveParams", "balance", _retrieve_balance),
    Endpoint(
        "GET", "/v1/balance_transactions", "BalanceTransactionListParams", f"list:{KIND}", _list
    ),
    Endpoint(
        "GET", "/v1/balance_transactions/{id}", "BalanceTransactionRetrieveParams", KIND, _retrieve
    ),
]
