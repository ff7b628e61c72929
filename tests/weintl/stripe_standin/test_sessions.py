import pytest
import stripe


def test_a_new_session_is_open_and_has_no_intent_yet(standin, session):
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert session.payment_intent is None
    assert session.url == f"{standin.url}/pay/{session.id}"
    assert session.amount_total == 2500
    assert session.expires_at - session.created == 86_400
    assert "line_items" not in session


def test_what_was_given_is_shown_again(client, params):
    made = client.v1.checkout.sessions.create(
        params(
            client_reference_id="order-1",
            metadata={"order": "1"},
            locale="es",
            submit_type="donate",
            payment_intent_data={"metadata": {"order": "2"}, "description": "Order 1"},
        )
    )
    assert (made.client_reference_id, made.metadata["order"], made.locale, made.submit_type) == (
        "order-1",
        "1",
        "es",
        "donate",
    )


def test_metadata_of_the_intent_goes_to_intent_and_charge_only(client, standin, params):
    data = {"metadata": {"order": "2"}, "description": "Order 1"}
    made = client.v1.checkout.sessions.create(
        params(metadata={"own": "1"}, payment_intent_data=data)
    )
    done = standin.pay(made.id)
    intent = client.v1.payment_intents.retrieve(done["payment_intent"])
    charge = client.v1.charges.retrieve(done["charge"])
    assert intent.metadata.to_dict() == charge.metadata.to_dict() == {"order": "2"}
    assert intent.description == charge.description == "Order 1"


def test_lines_come_in_their_order_and_in_pages(client, params):
    lines = [
        {
            "price_data": {
                "currency": "usd",
                "unit_amount": 100 * n,
                "product_data": {"name": f"P{n}"},
            },
            "quantity": n,
        }
        for n in range(1, 13)
    ]
    made = client.v1.checkout.sessions.create(params(line_items=lines))
    assert made.amount_total == sum(100 * n * n for n in range(1, 13))
    page = client.v1.checkout.sessions.line_items.list(made.id, {"limit": 5})
    assert [item.description for item in page.data] == ["P1", "P2", "P3", "P4", "P5"]
    assert page.has_more
    everything = [item.description for item in page.auto_paging_iter()]
    assert everything == [f"P{n}" for n in range(1, 13)]
    full = client.v1.checkout.sessions.line_items.list(
        made.id, {"limit": 100, "expand": ["data.price.product"]}
    )
    assert full.data[2].price.product.name == "P3"


def test_an_open_session_is_expired_once(client, session, types_of):
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
    assert client.v1.checkout.sessions.retrieve(session.id).url is None
    with pytest.raises(stripe.InvalidRequestError, match="status of `expired`"):
        client.v1.checkout.sessions.expire(session.id)
    assert types_of() == ["checkout.session.expired"]


def test_a_complete_session_cannot_be_expired(client, paid):
    with pytest.raises(stripe.InvalidRequestError, match="status of `complete`"):
        client.v1.checkout.sessions.expire(paid["session"])


def test_expiring_cancels_the_intent_of_a_refused_try(client, standin, session):
    done = standin.pay(session.id, card="4000000000000002")
    client.v1.checkout.sessions.expire(session.id)
    intent = client.v1.payment_intents.retrieve(done["payment_intent"])
    assert (intent.status, intent.cancellation_reason) == ("canceled", "expired")


def test_a_session_ends_when_the_clock_passes_its_time(client, standin, session, types_of):
    standin.clock(advance=86_399)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    standin.clock(advance=30)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "expired"
    event = client.v1.events.list({"type": "checkout.session.expired"}).data[0]
    assert event.created == session.expires_at


def test_sessions_are_found_by_intent_and_status(client, paid, params):
    other = client.v1.checkout.sessions.create(params())
    listed = client.v1.checkout.sessions.list({"payment_intent": paid["payment_intent"]})
    assert [one.id for one in listed.data] == [paid["session"]]
    assert [one.id for one in client.v1.checkout.sessions.list({"status": "open"}).data] == [
        other.id
    ]
