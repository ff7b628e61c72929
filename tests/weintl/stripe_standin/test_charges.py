def test_fee_and_net_are_known_once_settled(client, standin, session):
    done = standin.pay(session.id)
    path = {"expand": ["latest_charge.balance_transaction"]}
    before = client.v1.payment_intents.retrieve(done["payment_intent"], path)
    assert before.latest_charge.balance_transaction is None
    standin.settle_charge(done["charge"])
    entry = client.v1.payment_intents.retrieve(
        done["payment_intent"], path
    ).latest_charge.balance_transaction
    assert (entry.amount, entry.fee, entry.net, entry.currency) == (2500, 103, 2397, "usd")
    assert entry.fee_details[0].amount == 103
    assert entry.exchange_rate is None


def test_settling_twice_books_once(client, standin, paid, types_of):
    standin.settle_charge(paid["charge"])
    assert len(client.v1.balance_transactions.list({"source": paid["charge"]}).data) == 1
    assert types_of().count("charge.updated") == 1


def test_another_currency_is_settled_in_dollars(client, standin, params):
    given = params()
    given["line_items"][0]["price_data"]["currency"] = "eur"
    made = client.v1.checkout.sessions.create(given)
    done = standin.pay(made.id)
    standin.settle()
    charge = client.v1.charges.retrieve(done["charge"], {"expand": ["balance_transaction"]})
    entry = charge.balance_transaction
    assert (charge.currency, charge.amount) == ("eur", 2500)
    assert (entry.currency, entry.amount, entry.fee) == ("usd", 2700, 108)
    assert float(entry.exchange_rate) == 1.08


def test_a_clock_moved_on_settles_as_of_the_past(client, standin, session):
    standin.clock(set=session.created - 60 * 86_400)
    made = standin.pay(session.id)
    assert made["state"] == "paid"
    charge = client.v1.charges.retrieve(made["charge"])
    standin.clock(reset=True)
    entry = client.v1.balance_transactions.retrieve(
        client.v1.charges.retrieve(made["charge"]).balance_transaction
    )
    # An hour of delay, as this stand-in was started with.
    assert 3595 <= entry.created - charge.created <= 3605
    assert entry.status == "available"
