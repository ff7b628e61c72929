import threading

import pytest

from tests.plugins.standin import start_standin


def test_a_card_that_succeeds_completes_the_session(client, standin, session):
    done = standin.pay(session.id)
    assert done["state"] == "paid"
    assert done["redirect"] == f"http://shop.example/thanks?session={session.id}"
    after = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (after.status, after.payment_status, after.url) == ("complete", "paid", None)
    assert after.customer_details.email == "payer@example.org"
    assert (after.payment_intent.status, after.payment_intent.amount_received) == (
        "succeeded",
        2500,
    )


def test_webhooks_come_in_stripes_awkward_order(standin, session, receiver):
    standin.webhooks(url=receiver.url)
    standin.pay(session.id)
    assert receiver.wait_for(4) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    assert receiver.events[1]["data"]["object"]["balance_transaction"] is None
    standin.settle()
    assert receiver.wait_for(5)[4] == "charge.updated"
    updated = receiver.events[4]["data"]
    assert updated["object"]["balance_transaction"].startswith("txn_")
    assert updated["previous_attributes"] == {"balance_transaction": None}


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        ("4000000000000002", "card_declined", "generic_decline"),
        ("4000000000009995", "card_declined", "insufficient_funds"),
        ("4000000000000069", "expired_card", "expired_card"),
        ("4000000000000127", "incorrect_cvc", "incorrect_cvc"),
        ("4000000000000119", "processing_error", "processing_error"),
    ],
)
def test_a_declined_card_leaves_the_session_open(  # noqa: PLR0917
    client, standin, session, types_of, card, code, decline_code
):
    done = standin.pay(session.id, card=card)
    assert (done["state"], done["code"]) == ("declined", code)
    intent = client.v1.payment_intents.retrieve(done["payment_intent"])
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error["decline_code"] == decline_code
    charge = client.v1.charges.retrieve(done["charge"])
    assert (charge.status, charge.paid, charge.failure_code) == ("failed", False, code)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert types_of() == [
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
    ]
    assert standin.pay(session.id)["state"] == "paid"
    # The same intent, tried twice.
    listed = client.v1.charges.list({"payment_intent": intent.id})
    assert [one.status for one in listed.data] == ["succeeded", "failed"]


def test_a_number_that_is_no_card_makes_no_charge(client, standin, session):
    done = standin.pay(session.id, card="1234")
    assert (done["state"], done["code"], done["charge"]) == ("declined", "incorrect_number", None)


def test_a_second_step_waits_for_the_payer(client, standin, session, types_of):
    done = standin.pay(session.id, card="4000002760003184")
    assert done["state"] == "second_step"
    intent = client.v1.payment_intents.retrieve(done["payment_intent"])
    assert intent.status == "requires_action"
    assert intent.next_action["redirect_to_url"]["url"] == f"{session.url}/confirm"
    refused = standin.pay(session.id, card="4000002760003184", confirm=False)
    assert refused["code"] == "payment_intent_authentication_failure"
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert standin.pay(session.id, card="4000002760003184", confirm=True)["state"] == "paid"
    assert types_of()[-3:] == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]


def test_a_bank_debit_completes_unpaid_and_arrives_later(client, standin, session, types_of):
    done = standin.pay(session.id, bank="ok")
    assert done["state"] == "processing"
    after = client.v1.checkout.sessions.retrieve(session.id)
    assert (after.status, after.payment_status) == ("complete", "unpaid")
    assert client.v1.payment_intents.retrieve(done["payment_intent"]).status == "processing"
    standin.settle_charge(done["charge"])
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert types_of()[1:] == [
        "charge.pending",
        "payment_intent.processing",
        "checkout.session.completed",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
        "charge.updated",
    ]


def test_a_bank_debit_that_bounces_stays_unpaid(client, standin, session, types_of):
    done = standin.pay(session.id, bank="fails")
    standin.settle()
    after = client.v1.checkout.sessions.retrieve(session.id)
    assert (after.status, after.payment_status) == ("complete", "unpaid")
    assert client.v1.charges.retrieve(done["charge"]).status == "failed"
    assert types_of()[-3:] == [
        "charge.failed",
        "payment_intent.payment_failed",
        "checkout.session.async_payment_failed",
    ]
    assert client.v1.balance_transactions.list({}).data == []


def test_ten_clicks_at_once_pay_once(client, standin, session):
    states: list[str] = []
    threads = [
        threading.Thread(target=lambda: states.append(standin.pay(session.id)["state"]))
        for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states == ["paid"] * 10
    assert len(client.v1.charges.list({}).data) == 1


def test_an_expired_page_takes_no_money(client, standin, session):
    client.v1.checkout.sessions.expire(session.id)
    assert standin.pay(session.id)["state"] == "closed"
    assert client.v1.charges.list({}).data == []


def test_a_customer_is_made_where_asked(client, standin, params):
    made = client.v1.checkout.sessions.create(params(customer_creation="always"))
    standin.pay(made.id, name="Sample Person")
    after = client.v1.checkout.sessions.retrieve(made.id, {"expand": ["customer"]})
    assert after.customer.email == "payer@example.org"
    assert after.customer.name == "Sample Person"


def test_the_fee_comes_by_itself_after_its_delay(tmp_path, reconnect, params, receiver):
    with start_standin(tmp_path, receiver.url, fee_delay_ms=200) as quick:
        client = reconnect(quick)
        made = client.v1.checkout.sessions.create(params())
        done = quick.pay(made.id)
        assert client.v1.charges.retrieve(done["charge"]).balance_transaction is None
        assert receiver.wait_for(5)[-1] == "charge.updated"
        assert client.v1.charges.retrieve(done["charge"]).balance_transaction is not None
