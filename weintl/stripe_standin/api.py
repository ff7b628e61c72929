"""The API under /v1: who may call, what exists, in which order a request is judged."""

import logging
import re
import time
from dataclasses import dataclass, field
from typing import Any

from . import (
    balance,
    charges,
    customers,
    disputes,
    events,
    expand,
    faults,
    forms,
    intents,
    invoice_payments,
    invoices,
    parameters,
    payment_methods,
    payouts,
    portal,
    refunds,
    sessions,
    setups,
    subscription_calls,
    timers,
    webhook_endpoints,
)
from .errors import ApiError, CardError
from .idempotency import MAX_LENGTH, Answer, Keys, digest
from .listing import Call, Endpoint
from .shapes import API_VERSION, new_id
from .world import World

logger = logging.getLogger(__name__)

MODULES = (
    balance, charges, customers, disputes, events, intents, invoice_payments, invoices,
    payment_methods, payouts, portal, refunds, sessions, setups, subscription_calls,
    webhook_endpoints,
)  # fmt: skip
ENDPOINTS: list[Endpoint] = [endpoint for module in MODULES for endpoint in module.ENDPOINTS]
TEST_KEYS = ("sk_test_", "rk_test_")


@dataclass(frozen=True)
class Request:
    """One HTTP request as the server read it."""

    method: str
    path: str
    text: str
    key: str | None = None
    version: str | None = None
    api_key: str = ""
    origin: str = ""
    content_type: str = ""


@dataclass(frozen=True)
class Response:
    """What goes back; `is_lost` closes the connection instead."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    is_lost: bool = False


class Api:
    """Answers requests, one after the other."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._keys = Keys(world)
        self._routes = [
            (re.compile(endpoint.path.replace("{id}", "(?P<id>[^/]+)") + "$"), endpoint)
            for endpoint in ENDPOINTS
        ]
        for endpoint in ENDPOINTS:
            # Read now: a type that the installed package does not have stops the start.
            parameters.checker(endpoint.params)
        with world.store.transaction():
            self._keys.prune()

    def answer(self, request: Request) -> Response:
        """Return the response; never raises."""
        request_id = new_id("req_", length=14)
        fault: faults.Fault | None = None
        try:
            with self._world.store.transaction():
                fault = faults.take(self._world, method=request.method, path=request.path)
            answer = self._answer(request, request_id=request_id, fault=fault)
        except ApiError as error:
            answer = Answer(error.status, error.body(), request_id)
        except Exception:
            logger.exception("stand_in.failed")
            failed = ApiError("The stand-in failed; see its output.", status=500, kind="api_error")
            answer = Answer(500, failed.body(), request_id)
        headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION}
        if request.key and request.method == "POST":
            headers["Idempotency-Key"] = request.key
            headers["Original-Request"] = answer.request_id
        if answer.is_replayed:
            headers["Idempotent-Replayed"] = "true"
        is_lost = fault is not None and fault.drop_after_commit
        return Response(answer.status, answer.body, headers, is_lost=is_lost)

    def _answer(self, request: Request, *, request_id: str, fault: faults.Fault | None) -> Answer:
        _authenticate(request)
        self._route(request)
        key = request.key if request.method == "POST" else None
        if key is not None and not 0 < len(key) <= MAX_LENGTH:
            raise ApiError(f"Idempotency keys have 1 to {MAX_LENGTH} characters.")
        raw = forms.parse(request.text)
        if key is None:
            _hang(fault)
            return self._run(request, raw=raw, request_id=request_id, fault=fault)
        with self._keys.running(key):
            mark = digest(raw)
            known = self._keys.recall(key, method=request.method, path=request.path, digest=mark)
            # While the key is held: a caller that gave up and comes again meets a conflict.
            _hang(fault)
            if known is not None:
                _disturb(fault)
                return known
            with self._world.store.transaction():
                answer = self._run(request, raw=raw, request_id=request_id, fault=fault)
                is_fault = fault is not None and fault.status == answer.status
                if not is_fault or (fault is not None and fault.is_kept):
                    self._keys.keep(
                        key, answer, method=request.method, path=request.path, digest=mark
                    )
            return answer

    def _run(
        self, request: Request, *, raw: dict[str, Any], request_id: str, fault: faults.Fault | None
    ) -> Answer:
        endpoint, object_id = self._route(request)
        given = parameters.check(endpoint.params, values=raw)
        paths = given.pop("expand", [])
        expand.hold(endpoint.returns, paths=paths)
        if fault is not None and fault.status and not fault.after_commit:
            error = fault.error()
            return Answer(error.status, error.body(), request_id)
        timers.run_due(self._world)
        call = Call(self._world, request.path, given, object_id, request.origin)
        with self._world.store.transaction():
            is_change = request.method != "GET"
            self._world.request = (
                {"id": request_id, "idempotency_key": request.key} if is_change else None
            )
            try:
                body = endpoint.handle(call)
            except CardError as declined:
                return Answer(declined.status, declined.body(), request_id)
            finally:
                self._world.request = None
            body = expand.render(self._world, body, paths=paths)
        if fault is not None and fault.status:
            error = fault.error()
            return Answer(error.status, error.body(), request_id)
        return Answer(200, body, request_id)

    def _route(self, request: Request) -> tuple[Endpoint, str]:
        for pattern, endpoint in self._routes:
            found = pattern.match(request.path)
            if found and endpoint.method == request.method:
                return endpoint, found.groupdict().get("id", "")
        raise ApiError(
            f"Unrecognized request URL ({request.method}: {request.path}). Please see "
            "https://stripe.com/docs or we can help at https://support.stripe.com/.",
            status=404,
        )


def _hang(fault: faults.Fault | None) -> None:
    if fault is not None and fault.hang:
        time.sleep(fault.hang)


def _disturb(fault: faults.Fault | None) -> None:
    if fault is not None and fault.status and not fault.is_kept:
        raise fault.error()


def _authenticate(request: Request) -> None:
    if not request.api_key:
        raise ApiError(
            "You did not provide an API key. You need to provide your API key in the "
            "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "
            "YOUR_SECRET_KEY').",
            status=401,
        )
    if not request.api_key.startswith(TEST_KEYS):
        hidden = f"{request.api_key[:8]}…"
        raise ApiError(
            f"Invalid API Key provided: {hidden} This is a stand-in: it takes test keys only.",
            status=401,
        )
    if request.version not in (None, API_VERSION):
        raise ApiError(
            f"Invalid Stripe API version: {request.version}. The stand-in speaks {API_VERSION}.",
            param="Stripe-Version",
        )
    if request.method == "POST" and request.text and "form-urlencoded" not in request.content_type:
        raise ApiError(
            "Invalid request: the body must be application/x-www-form-urlencoded.", status=400
        )
