"""Payment methods: the cards that customers keep for later."""

from typing import Any

from . import setups
from .errors import ApiError, unsupported
from .listing import Call, Endpoint, answer_list, filters
from .storage import Query
from .world import World

KIND = "payment_method"


def need_of(world: World, method_id: str, *, customer: str, param: str) -> None:
    """Raise ApiError for a payment method that is not the customer's."""
    method = world.need(KIND, method_id, param=param, status=400)
    if method.body["customer"] != customer:
        raise ApiError(
            f"The customer does not have a payment method with the ID {method_id}. The payment "
            "method must be attached to the customer.",
            code="resource_missing",
            param=param,
        )


def _attach(call: Call) -> dict[str, Any]:
    world, given = call.world, call.given
    if "customer" not in given:
        raise unsupported("customer", why="name one.")
    world.need("customer", given["customer"], param="customer", status=400)
    method = world.need(KIND, call.object_id)
    if method.body["customer"] not in {None, given["customer"]}:
        raise ApiError(
            "The payment method you provided has already been attached to a customer.",
            param="payment_method",
        )
    setups.attach(world, method, customer=given["customer"])
    return method.body


def _list(call: Call) -> dict[str, Any]:
    for name in call.given:
        if name not in {"customer", "ending_before", "limit", "starting_after", "type"}:
            raise unsupported(name, why="leave it out here.")
    return answer_list(call, Query(KIND, filters(call.given, "customer", "type")))


def _list_of_customer(call: Call) -> dict[str, Any]:
    call.world.need("customer", call.object_id)
    call.given["customer"] = call.object_id
    return _list(call)


def _retrieve(call: Call) -> dict[str, Any]:
    return call.world.need(KIND, call.object_id).body


ENDPOINTS = [
    Endpoint("GET", "/v1/payment_methods", "PaymentMethodListParams", f"list:{KIND}", _list),
    Endpoint("GET", "/v1/payment_methods/{id}", "PaymentMethodRetrieveParams", KIND, _retrieve),
    Endpoint("POST", "/v1/payment_methods/{id}/attach", "PaymentMethodAttachParams", KIND, _attach),
    Endpoint(
        "GET",
        "/v1/customers/{id}/payment_methods",
        "CustomerListPaymentMethodsParams",
        f"list:{KIND}",
        _list_of_customer,
    ),
]
