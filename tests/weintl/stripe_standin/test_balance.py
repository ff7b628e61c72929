import pytest
import stripe


def test_the_balance_is_the_sum_of_its_transactions(client, standin, paid):
    client.v1.refunds.create({"charge": paid["charge"], "amount": 700})
    entries = client.v1.balance_transactions.list({"limit": 100}).data
    balance = client.v1.balance.retrieve()
    held = sum(part.amount for part in [*balance.available, *balance.pending])
    assert held == sum(entry.net for entry in entries) == 2500 - 103 - 700


def test_money_becomes_available_after_two_days(client, standin, paid):
    assert client.v1.balance.retrieve().pending[0].amount == 2397
    standin.clock(advance=2 * 86_400 + 60)
    balance = client.v1.balance.retrieve()
    assert (balance.available[0].amount, balance.pending[0].amount) == (2397, 0)
    assert client.v1.balance_transactions.list({}).data[0].status == "available"


def test_one_test_card_is_available_at_once(client, standin, session):
    standin.pay(session.id, card="4000000000000077")
    standin.settle()
    assert client.v1.balance.retrieve().available[0].amount == 2397


def test_transactions_are_listed_by_type_source_and_time(client, standin, paid):
    refund = client.v1.refunds.create({"charge": paid["charge"], "amount": 700})
    listed = client.v1.balance_transactions.list
    assert [entry.source for entry in listed({"type": "refund"}).data] == [refund.id]
    assert [entry.type for entry in listed({"source": paid["charge"]}).data] == ["charge"]
    moment = listed({"type": "charge"}).data[0].created
    assert listed({"created": {"lt": moment}}).data == []
    assert len(listed({"created": {"gte": moment}}).data) == 2
    with pytest.raises(stripe.InvalidRequestError):
        listed({"payout": "po_none"})
