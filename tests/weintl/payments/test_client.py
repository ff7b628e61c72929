"""What the project says to the provider, word by word, against the provider's own description."""

import json
import re
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
import stripe
from django.utils import timezone

from tests.plugins import description
from tests.plugins.processes import PATIENCE, ROOT
from tests.plugins.wire import Wire
from tests.weintl.payments.conftest import deliver, open_page, receive
from weintl.money import Money
from weintl.payments import client, dispatch, reconcile, refunds, roots, sessions
from weintl.payments.models import Payment, WebhookEvent

pytestmark = pytest.mark.django_db

# All that the client can ask; `test_everything_the_client_can_say_was_said` holds it complete.
SAID = {
    "POST /v1/checkout/sessions",
    "GET /v1/checkout/sessions",
    "GET /v1/checkout/sessions/{}",
    "POST /v1/checkout/sessions/{}/expire",
    "GET /v1/payment_intents/{}",
    "GET /v1/charges/{}",
    "POST /v1/refunds",
    "GET /v1/refunds",
    "GET /v1/refunds/{}",
    "GET /v1/disputes",
    "GET /v1/disputes/{}",
    "GET /v1/events",
    "GET /v1/balance_transactions",
    "GET /v1/payouts/{}",
}


@pytest.fixture
def wire(standin, settings):
    """Put the relay between the project and the stand-in."""
    description.folder()
    with Wire(standin.url) as wire:
        settings.STRIPE_API_BASE = wire.url
        yield wire


def give_back(payment: Payment, cents: int, *, key: str) -> None:
    now = timezone.now()
    row = refunds.request(
        payment=payment,
        amount=Money(cents, payment.currency),
        reason="Too small",
        request_key=key,
        actor=None,
        now=now,
    )
    refunds.send(refund_id=row.pk, now=now)


def live_through_everything(standin, make_payment) -> None:
    """Let all that the payments core does with the provider happen once."""
    lines = [
        sessions.CheckoutLine("Indigo shawl, 100 % cotton & “hand-dyed”", 1500, 2, "Ñandú / 藍"),
        sessions.CheckoutLine("x" * 400, 1000, 1, "y" * 900),
    ]
    rich = make_payment(is_open=False)
    Payment.objects.filter(pk=rich.pk).update(language="es")
    rich.refresh_from_db()
    open_page(rich, lines=lines)
    gift = make_payment(5000, is_open=False, currency="eur")
    Payment.objects.filter(pk=gift.pk).update(email="")
    gift.refresh_from_db()
    open_page(gift, submit_type="donate")
    bank, declined, left = make_payment(), make_payment(), make_payment()
    for payment in (rich, gift):
        payment.refresh_from_db()
        standin.settle_charge(standin.pay(payment.session_id)["charge"])
    standin.pay(declined.session_id, card="4000000000009995")
    standin.settle_charge(standin.pay(bank.session_id, bank="ok")["charge"])
    sessions.expire(payment=left, now=timezone.now())
    deliver(standin)
    rich.refresh_from_db()
    give_back(rich, 500, key="part")
    give_back(rich, 3500, key="rest")
    standin.fail_refund(rich.refunds.earliest("pk").refund_id)
    gift.refresh_from_db()
    standin.close_dispute(standin.dispute(charge=gift.charge_id)["id"], "won")
    standin.settle()
    standin.fail_payout(standin.payout()[0]["id"])
    deliver(standin)
    reconcile.run(now=timezone.now() + timedelta(minutes=11))
    # What is asked only of objects that no event and no row of ours has told of.
    client.sessions_of(rich.intent_id)
    client.payment_intent(rich.intent_id)
    client.charge(rich.charge_id)
    client.refund(rich.refunds.earliest("pk").refund_id)
    client.dispute(gift.disputes.get().dispute_id)
    roots.find(roots.Clue(intent_id="pi_unknown"))
    roots.find(roots.Clue(charge_id="ch_unknown"))


def test_every_request_and_every_answer_fit_stripes_description(standin, make_payment, wire):
    live_through_everything(standin, make_payment)
    assert len(wire.calls) > 40
    for call in wire.calls:
        name, _described = description.operation(call.method, call.path)
        told = description.faults_of_request(call.method, call.path, call.text)
        assert told == [], f"{name} {call.text}"
        assert call.headers["stripe-version"] == description.VERSION == client.API_VERSION
        if call.status == 200:
            assert description.faults_of_answer(call.method, call.path, call.body) == [], name
        else:
            assert set(call.body) == {"error"}, name
            assert call.body["error"]["type"] == "invalid_request_error"
    keys = [call.headers.get("idempotency-key", "") for call in wire.calls if call.method == "POST"]
    assert all(keys)
    assert len(set(keys)) == len(keys)


def test_everything_the_client_can_say_was_said(standin, make_payment, wire):
    live_through_everything(standin, make_payment)
    said = {description.operation(call.method, call.path)[0] for call in wire.calls}
    assert said == SAID
    assert said <= description.operations()


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"payment_method_types": ["card"]}, "payment_method_types"),
        ({"shipping_rates": ["shr_1"]}, "shipping_rates"),
        ({"subscription_data": {"coupon": "x"}}, "subscription_data[coupon]"),
        ({"line_items": [{"name": "Shawl", "amount": 4000, "quantity": 1}]}, "line_items[0][name]"),
        ({"ui_mode": "hosted"}, "ui_mode"),
    ],
)
def test_what_stripe_has_retired_is_refused_here_as_there(standin, params, wire, change, param):
    given = {**params, **change}
    with pytest.raises(client.Refused) as caught:
        client.create_session(given, idempotency_key=f"retired-{param}")
    assert caught.value.param == param
    [call] = wire.calls
    assert description.faults_of_request(call.method, call.path, call.text)


@pytest.fixture
def params():
    price = {"currency": "usd", "unit_amount": 4000, "product_data": {"name": "Shawl"}}
    return {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "success_url": "https://we.example/thanks/",
    }


def test_the_comparison_notices_a_wrong_type_a_wrong_name_and_a_missing_one(wire):
    def told(text, path="/v1/refunds", method="POST"):
        return description.faults_of_request(method, path, text)

    assert told("amount=100&payment_intent=pi_1&metadata[order]=7") == []
    assert told("amount=1.5")
    assert told("colour=red")
    assert told("reason=boredom")
    assert told("limit=ten", method="GET")
    assert told("created[gte]=5&types[0]=charge.updated", path="/v1/events", method="GET") == []
    with pytest.raises(LookupError):
        told("", path="/v1/wishes")


def sample(name: str) -> dict:
    return json.loads((description.FOLDER / "events" / name).read_text())


NAMES = [path.name for path in description.events()] or ["none"]


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_event_of_a_stranger_is_taken_in_and_put_aside(standin, wire, name):
    body = sample(name)
    row = receive(body)
    assert row.object_id == (body["data"]["object"].get("id") or "")
    clue = roots.clue_of(row)
    assert clue.kind == body["data"]["object"]["object"]
    if body["type"] in roots.SUBSCRIPTION_TYPES:
        # Older versions named it elsewhere; they are ignored as a stranger's.
        assert clue.subscription_id or description.VERSION not in name
    elif body["type"] in roots.TYPES - roots.PAYOUT_TYPES - {roots.CUSTOMER}:
        assert clue.session_id or clue.intent_id or clue.charge_id
    dispatch.process(event_id=row.pk, now=timezone.now())
    row.refresh_from_db()
    assert (row.state, row.last_error, row.payment) == ("ignored", "", None)


@pytest.mark.parametrize("name", [one for one in NAMES if description.VERSION in one] or ["none"])
def test_every_sample_event_of_ours_leads_to_its_payment_and_is_processed(
    standin, payment, wire, name
):
    charge = standin.pay(payment.session_id)["charge"]
    standin.settle_charge(charge)
    intent = client.charge(charge)["payment_intent"]
    body = sample(name)
    thing = body["data"]["object"]
    kind = thing["object"]
    if kind == "checkout.session":
        thing.update(id=payment.session_id, client_reference_id=str(payment.public_id))
    elif kind == "payment_intent":
        thing.update(id=intent)
    elif kind == "payout":
        thing.update(id=standin.payout()[0]["id"])
    else:
        thing.update(payment_intent=intent)
    row = receive(body)
    dispatch.process(event_id=row.pk, now=timezone.now())
    row.refresh_from_db()
    payment.refresh_from_db()
    if body["type"] in roots.PAYOUT_TYPES:
        assert (row.state, row.last_error) == ("processed", "")
        assert row.provider_payout.payout_id == thing["id"]
    elif body["type"] in roots.TYPES - roots.SUBSCRIPTION_TYPES - {roots.CUSTOMER}:
        assert (row.state, row.last_error, row.payment) == ("processed", "", payment)
        assert payment.state == "succeeded"
    else:
        assert row.state == "ignored"
        assert payment.state == "open"
    assert WebhookEvent.objects.count() == 1


def test_while_many_wait_for_the_provider_nobody_else_joins_them(monkeypatch):
    monkeypatch.setattr(client, "WAIT_SECONDS", 0.05)
    gate, started = threading.Event(), threading.Semaphore(0)

    def hang():
        started.release()
        gate.wait(PATIENCE)
        raise stripe.APIConnectionError("gave up")

    def ask():
        with pytest.raises(client.Unavailable):
            client._ask(hang)

    waiting = [threading.Thread(target=ask) for _ in range(client.AT_ONCE)]
    for thread in waiting:
        thread.start()
        started.acquire(timeout=PATIENCE)
    begun = time.monotonic()
    with pytest.raises(client.Unavailable, match="Too many"):
        client._ask(hang)
    assert time.monotonic() - begun < PATIENCE / 2
    gate.set()
    for thread in waiting:
        thread.join()
    with pytest.raises(client.Unavailable, match="gave up"):
        client._ask(hang)


OURS = ["weintl", "partners", "donations", "marketplace", "awareness"]
# What programs for older versions read from an invoice; it has none of them since basil.
GONE = re.compile(
    r"""(?<!")\binvoice(\.|\["|\.get\(")(subscription|charge|payment_intent|paid)\b""",
)


def sources() -> list[Path]:
    """Return our modules that run beside the real provider."""
    found = [path for name in OURS for path in sorted((ROOT / name).rglob("*.py"))]
    return [path for path in found if not {"stripe_standin", "migrations"} & set(path.parts)]


def test_no_object_of_the_sdk_leaves_the_client():
    """It is no dict: `.get` on it raises. Each answer becomes one before anybody sees it."""
    imports = re.compile(r"^\s*(import|from) stripe\b", re.MULTILINE)
    users = [path for path in sources() if imports.search(path.read_text())]
    assert [path.relative_to(ROOT).as_posix() for path in users] == ["weintl/payments/client.py"]
    calls_of_it = [line for line in users[0].read_text().splitlines() if "_api()." in line]
    assert calls_of_it
    for line in calls_of_it:
        assert re.search(r"_(ask|pages)\(lambda( more)?: _api\(\)\.", line), line


def test_nobody_reads_what_invoices_have_no_more():
    assert [path for path in sources() if GONE.search(path.read_text())] == []
    for line in ("invoice.subscription", 'invoice["charge"]', 'invoice.get("paid")'):
        assert GONE.search(line)
