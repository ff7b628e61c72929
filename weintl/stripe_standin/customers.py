"""Customers: who pays again and again."""

from typing import Any

from . import payment_methods
from .disputes import merged
from .errors import ApiError, unsupported
from .events import emit
from .listing import Call, Endpoint
from .shapes import new_id, shape
from .storage import Record

KIND = "customer"
PLAIN = ("address", "business_name", "description", "email", "individual_name", "name", "phone",
         "preferred_locales", "shipping", "tax_exempt")  # fmt: skip


def _values(given: dict[str, Any]) -> dict[str, Any]:
    for name in given:
        if name not in {*PLAIN, "invoice_settings", "metadata", "expand"}:
            raise unsupported(name, why="leave it out here.")
    for name in given.get("invoice_settings", {}):
        if name != "default_payment_method":
            raise unsupported(f"invoice_settings[{name}]", why="leave it out here.")
    if given.get("email") and "@" not in given["email"]:
        raise ApiError(
            f"Invalid email address: {given['email']}", code="email_invalid", param="email"
        )
    # An empty value unsets a property.
    return {name: None if given[name] == "" else given[name] for name in PLAIN if name in given}


def _settings(call: Call, customer: Record) -> dict[str, Any]:
    """Return the settings with another card, which must be the customer's."""
    settings: dict[str, Any] = {**customer.body["invoice_settings"]}
    settings |= call.given["invoice_settings"]
    method = settings["default_payment_method"]
    if method is not None:
        param = "invoice_settings[default_payment_method]"
        payment_methods.need_of(call.world, method, customer=customer.id, param=param)
    return settings


def _create(call: Call) -> dict[str, Any]:
    values = _values(call.given)
    if "invoice_settings" in call.given:
        raise unsupported("invoice_settings", why="a new customer has no card yet.")
    body = shape(
        KIND,
        id=new_id("cus_", length=14),
        created=call.world.now(),
        invoice_prefix=new_id("", length=8).upper(),
        metadata=call.given.get("metadata") or {},
    )
    body |= values
    call.world.store.put(KIND, body)
    emit(call.world, "customer.created", body)
    return body


def _update(call: Call) -> dict[str, Any]:
    record = call.world.need(KIND, call.object_id)
    values = _values(call.given)
    if "metadata" in call.given:
        values["metadata"] = merged(record.body["metadata"], call.given["metadata"])
    if "invoice_settings" in call.given:
        values["invoice_settings"] = _settings(call, record)
    previous = call.world.change(record, **values)
    if previous:
        emit(call.world, "customer.updated", record.body, previous=previous)
    return record.body


def _retrieve(call: Call) -> dict[str, Any]:
    return call.world.need(KIND, call.object_id).body


ENDPOINTS = [
    Endpoint("POST", "/v1/customers", "CustomerCreateParams", KIND, _create),
    Endpoint("GET", "/v1/customers/{id}", "CustomerRetrieveParams", KIND, _retrieve),
    Endpoint("POST", "/v1/customers/{id}", "CustomerUpdateParams", KIND, _update),
]
