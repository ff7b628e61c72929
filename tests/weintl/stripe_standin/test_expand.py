import pytest
import stripe


def test_paths_are_expanded_at_any_depth(client, paid):
    session = client.v1.checkout.sessions.retrieve(
        paid["session"],
        {"expand": ["payment_intent.latest_charge.balance_transaction.source", "line_items"]},
    )
    charge = session.payment_intent.latest_charge
    assert charge.balance_transaction.source.id == charge.id == paid["charge"]
    assert session.line_items.data[0].description == "Indigo shawl"


def test_lists_are_expanded_too(client, paid):
    listed = client.v1.balance_transactions.list({"expand": ["data.source.payment_intent"]})
    assert listed.data[0].source.payment_intent.id == paid["payment_intent"]


def test_what_is_expand_only_is_absent_otherwise(client, paid):
    charge = client.v1.charges.retrieve(paid["charge"])
    assert "refunds" not in charge
    event = client.v1.events.list({"type": "checkout.session.completed"}).data[0]
    assert "line_items" not in event.data.object


def test_a_method_shows_its_card_and_never_its_number(client, paid):
    intent = client.v1.payment_intents.retrieve(
        paid["payment_intent"], {"expand": ["payment_method"]}
    )
    assert intent.payment_method.card.last4 == "4242"
    assert "4242424242424242" not in str(intent)


@pytest.mark.parametrize(
    "path",
    ["colour", "payment_intent.colour", "line_items.data.price", "data.line_items", "a.b.c.d.e"],
)
def test_an_unknown_path_is_refused(client, session, path):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.retrieve(session.id, {"expand": [path]})
    assert caught.value.param == "expand"


def test_an_unknown_path_refuses_before_the_effect(client, params):
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(params(expand=["colour"]))
    assert client.v1.checkout.sessions.list({}).data == []
