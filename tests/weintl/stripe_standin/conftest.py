"""One stand-in and one receiver of webhooks for these tests; each test begins with nothing."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import stripe

from tests.plugins.processes import PATIENCE
from tests.plugins.standin import StandIn, start_standin

SECRET = "whsec_test"


class Receiver(ThreadingHTTPServer):
    """Takes webhooks and answers with the next of `statuses`, 200 when they are used up."""

    daemon_threads = True

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.headers: list[str] = []
        self.statuses: list[int] = []
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/webhooks/stripe/"

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.events]

    def wait_for(self, count: int, timeout: float = PATIENCE) -> list[str]:
        """Return the types that came, at least `count` of them."""
        deadline = time.monotonic() + timeout
        while len(self.bodies) < count:
            assert time.monotonic() < deadline, f"only {self.types} came"
            time.sleep(0.01)
        return self.types


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append(body)
        self.server.headers.append(self.headers["Stripe-Signature"])
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture(scope="session", autouse=True)
def flush_past_append_only_triggers() -> None:
    """Replace the fixture of all other tests: these need no database."""


@pytest.fixture(scope="package")
def running(tmp_path_factory) -> Iterator[StandIn]:
    with start_standin(tmp_path_factory.mktemp("standin"), secret=SECRET) as standin:
        yield standin


@pytest.fixture
def standin(running: StandIn) -> StandIn:
    """A stand-in that knows nothing and sends no webhook."""
    running.reset()
    return running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def client(standin: StandIn) -> stripe.StripeClient:
    return new_client(standin)


def new_client(standin: StandIn, *, retries: int = 0, timeout: float = 10) -> stripe.StripeClient:
    return stripe.StripeClient(
        "sk_test_ours",
        base_addresses={"api": standin.url},
        max_network_retries=retries,
        http_client=stripe.RequestsClient(timeout=timeout),
    )


@pytest.fixture
def reconnect():
    """Return a new client of a stand-in: `reconnect(standin, retries=2, timeout=1)`."""
    return new_client


def session_params(amount: int = 2500, **more: Any) -> dict[str, Any]:
    price = {"currency": "usd", "unit_amount": amount, "product_data": {"name": "Indigo shawl"}}
    return {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "success_url": "http://shop.example/thanks?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://shop.example/cart/",
        "customer_email": "payer@example.org",
        **more,
    }


@pytest.fixture
def params():
    """Return the parameters of a session: `params(amount, **more)`."""
    return session_params


@pytest.fixture
def session(client: stripe.StripeClient):
    return client.v1.checkout.sessions.create(session_params())


@pytest.fixture
def paid(client: stripe.StripeClient, standin: StandIn, session) -> dict[str, Any]:
    """A payment of USD 25.00 whose fee is booked: {"session", "payment_intent", "charge"}."""
    done = standin.pay(session.id)
    standin.settle()
    return {**done, "session": session.id}


@pytest.fixture
def types_of(client: stripe.StripeClient):
    """Return the types of all events so far, oldest first."""

    def read() -> list[str]:
        listed = client.v1.events.list({"limit": 100})
        return [event.type for event in listed.data][::-1]

    return read
