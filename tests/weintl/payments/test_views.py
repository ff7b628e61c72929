"""The webhook's door: 200 for the provider, 400 for everybody else."""

import http.client
import json
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from tests.plugins.processes import PATIENCE, wait_for, web_server
from tests.weintl.payments.conftest import calls, happened, sign
from tests.weintl.payments.test_inbox import event
from weintl.payments import dispatch, sweeper, syncing
from weintl.payments.models import WebhookEvent

URL = "/webhooks/stripe/"


def post(client, body, header):
    return client.post(
        URL, data=body, content_type="application/json", headers={"Stripe-Signature": header}
    )


@pytest.mark.django_db
def test_a_signed_event_is_taken_without_a_token(client):
    client.handler.enforce_csrf_checks = True
    body = json.dumps(event())
    answer = post(client, body, sign(body))
    assert answer.status_code == 200
    assert answer.content == b""
    assert reverse("payments:stripe_webhook") == URL
    assert WebhookEvent.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["null", "[]", "{}", " " * 300_000])
def test_everything_else_is_a_bad_request_and_counted(client, caplog, body):
    assert post(client, body, sign(body)).status_code == 400
    assert "webhook.refused" in caplog.messages
    assert not WebhookEvent.objects.exists()


@pytest.mark.django_db
def test_no_signature_is_a_bad_request(client):
    answer = client.post(URL, data=json.dumps(event()), content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.django_db
def test_only_post_is_taken(client):
    assert client.get(URL).status_code == 405


def send(url, body, headers):
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
    try:
        connection.request("POST", URL, body=body, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_neither_loses_the_event_nor_keeps_the_provider_waiting(tmp_path):
    body = json.dumps(event(created=int(time.time())))
    with web_server(tmp_path / "web.log", REDIS_URL="redis://127.0.0.1:9/0") as address:
        # Whatever a process does but once is done by then.
        assert send(address, body, {"Stripe-Signature": "t=1,v1=x"}) == 400
        began = time.monotonic()
        assert send(address, body, {"Stripe-Signature": sign(body)}) == 200
        assert time.monotonic() - began < 5
    assert WebhookEvent.objects.get().state == "received"


@pytest.mark.django_db(transaction=True)
def test_fifty_events_while_the_broker_is_away_are_all_processed_later(
    tmp_path, make_payment, standin
):
    payments = [make_payment(1000 + number) for number in range(13)]
    for payment in payments:
        standin.settle_charge(standin.pay(payment.session_id)["charge"])
    events = happened(standin)
    assert len(events) >= 50
    with web_server(tmp_path / "web.log", REDIS_URL="redis://127.0.0.1:9/0") as address:
        bodies = [json.dumps(event) for event in events]
        answers = [send(address, body, {"Stripe-Signature": sign(body)}) for body in bodies]
    assert set(answers) == {200}
    assert WebhookEvent.objects.count() == len(events)
    later = datetime.now(UTC) + timedelta(minutes=5)
    while due := sweeper.due_events(now=later):
        for pk in due:
            dispatch.process(event_id=pk, now=later)
    assert not WebhookEvent.objects.filter(state="received").exists()
    for payment in payments:
        payment.refresh_from_db()
        assert (payment.state, calls(payment)) == ("succeeded", ["paid", "settled"])


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_no_success_to_the_provider(tmp_path):
    body = json.dumps(event(created=int(time.time())))
    nowhere = "postgresql://nobody@127.0.0.1:9/nothing"
    with web_server(tmp_path / "web.log", DATABASE_URL=nowhere) as address:
        answer = send(address, body, {"Stripe-Signature": sign(body)})
    assert answer >= 500
    assert not WebhookEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_huge_body_over_the_wire_is_refused(live_server):
    assert send(live_server.url, b"x" * 3_000_000, {"Stripe-Signature": "t=1,v1=x"}) == 400


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "disturbance",
    [
        {},
        {"duplicate": 3, "parallel": True},
        {"reorder": True},
        {"drop": True},
    ],
)
def test_webhooks_of_the_provider_arrive_over_http(live_server, payment, standin, disturbance):
    standin.webhooks(url=f"{live_server.url}{URL}", **disturbance)
    charge = standin.pay(payment.session_id)["charge"]
    standin.settle_charge(charge)
    standin.wait_idle()
    if disturbance.get("drop"):
        assert not WebhookEvent.objects.exists()
    else:
        wait_for(lambda: WebhookEvent.objects.filter(type="charge.updated").exists())
    for row in WebhookEvent.objects.order_by("pk"):
        dispatch.process(event_id=row.pk, now=datetime.now(UTC))
    later = datetime.now(UTC) + timedelta(hours=1)
    for pk in sweeper.due_payments(now=later):
        syncing.check(payment_id=pk, now=later)
    payment.refresh_from_db()
    assert payment.state == "succeeded"
    assert calls(payment) == ["paid", "settled"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("disturbance", [{"bad_signature": True}, {"old_timestamp": True}])
def test_forged_and_stale_webhooks_over_http_are_refused(
    live_server, payment, standin, disturbance
):
    standin.webhooks(url=f"{live_server.url}{URL}", retries=[], **disturbance)
    standin.pay(payment.session_id)
    standin.wait_idle()
    attempts = [row for row in standin.deliveries()["attempts"] if live_server.url in row["url"]]
    assert {row["status"] for row in attempts} == {400}
    assert not WebhookEvent.objects.exists()
