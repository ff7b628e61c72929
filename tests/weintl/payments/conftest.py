"""A running stand-in, a payment with its page, and events delivered as the test likes."""

import json
import urllib.request
from collections.abc import Callable, Iterator

import pytest
import stripe
from django.utils import timezone

from tests.plugins.processes import PATIENCE
from tests.plugins.standin import StandIn, start_standin
from weintl.mail.models import Mail
from weintl.money import Money
from weintl.payments import dispatch, inbox, sessions
from weintl.payments.models import Payment, WebhookEvent

SECRET = "whsec_tests"


@pytest.fixture(autouse=True)
def recording(settings):
    """Answer payments of purpose `test` by writing the calls down."""
    settings.PAYMENT_HANDLERS = {"test": "tests.weintl.payments.recording_handler.Recording"}
    settings.LEDGER_PROVIDER_BALANCE = ""
    settings.PAYOUT_HANDLER = ""
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]


@pytest.fixture(scope="module")
def running_standin(tmp_path_factory) -> Iterator[StandIn]:
    """One process for a module; fees, refunds and debits settle only when a test says so."""
    with start_standin(tmp_path_factory.mktemp("standin"), secret=SECRET) as standin:
        yield standin


@pytest.fixture
def standin(running_standin, settings) -> StandIn:
    """An empty stand-in at which the project's client points."""
    running_standin.reset()
    running_standin.clear_faults()
    running_standin.clock(reset=True)
    running_standin.webhooks(url="", deliver=True)
    settings.STRIPE_API_BASE = running_standin.url
    settings.STRIPE_TIMEOUT = 10
    return running_standin


@pytest.fixture
def make_payment(standin, db) -> Callable[..., Payment]:
    """Make a payment with an open page."""
    numbers = iter(range(1000))

    def make(amount: int = 4000, *, is_open: bool = True, currency: str = "usd") -> Payment:
        now = timezone.now()
        payment = sessions.create_payment(
            purpose="test",
            reference=f"T-{next(numbers)}",
            amount=Money(amount, currency),
            email="payer@example.org",
            language="en",
            now=now,
        )
        if is_open:
            open_page(payment)
            payment.refresh_from_db()
        return payment

    return make


@pytest.fixture
def payment(make_payment) -> Payment:
    """A payment of 40.00 USD with an open page."""
    return make_payment()


@pytest.fixture
def paid(payment, standin) -> Payment:
    """A payment that succeeded and whose fee is booked."""
    answer = standin.pay(payment.session_id)
    standin.settle_charge(answer["charge"])
    deliver(standin)
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    assert payment.fee_amount is not None
    return payment


def open_page(payment: Payment, **more) -> str:
    given = {
        "lines": [sessions.CheckoutLine("Scarf", payment.amount, 1)],
        "success_path": "/en/thanks/",
        "cancel_path": "/en/cart/",
        "now": timezone.now(),
    }
    return sessions.open_checkout(payment=payment, **{**given, **more})


def listed(standin: StandIn, what: str) -> list[dict]:
    """Return what the stand-in lists under /v1/, oldest first, as raw JSON."""
    request = urllib.request.Request(
        f"{standin.url}/v1/{what}?limit=100", headers={"Authorization": "Bearer sk_test_tests"}
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)["data"][::-1]


def happened(standin: StandIn) -> list[dict]:
    """Return all events, oldest first."""
    return listed(standin, "events")


def sign(body: str, *, at: int | None = None, secret: str = SECRET) -> str:
    return stripe.WebhookSignature.generate_signature_header(body, secret, timestamp=at)


def receive(event: dict) -> WebhookEvent:
    body = json.dumps(event)
    return inbox.receive(body=body.encode(), signature=sign(body), now=timezone.now())


def deliver(standin: StandIn, *, times: int = 1, order=list) -> None:
    """Receive and process everything that happened, so many times, in the given order."""
    events = order(happened(standin))
    for event in events:
        for _ in range(times):
            row = receive(event)
            dispatch.process(event_id=row.pk, now=timezone.now())


def calls(payment: Payment) -> list[str]:
    """Return what the handler was told, in order."""
    rows = Mail.objects.filter(cause=f"payment:{payment.pk}").order_by("pk")
    return [row.template for row in rows]


def told(payment: Payment, what: str) -> list[dict]:
    rows = Mail.objects.filter(cause=f"payment:{payment.pk}", template=what).order_by("pk")
    return [row.context for row in rows]
