import pytest


def test_a_payout_takes_what_is_available(client, standin, paid, types_of):
    assert standin.payout(include_pending=False) == []
    standin.clock(advance=3 * 86_400)
    [payout] = standin.payout(include_pending=False)
    seen = client.v1.payouts.retrieve(payout["id"], {"expand": ["balance_transaction"]})
    assert (seen.amount, seen.status, seen.reconciliation_status) == (2397, "paid", "completed")
    assert seen.balance_transaction.amount == -2397
    entries = client.v1.balance_transactions.list({"payout": payout["id"]}).data
    assert sorted(entry.type for entry in entries) == ["charge", "payout"]
    assert sum(entry.net for entry in entries) == 0
    assert types_of()[-4:] == [
        "payout.created",
        "payout.paid",
        "payout.updated",
        "payout.reconciliation_completed",
    ]
    assert client.v1.balance.retrieve().available[0].amount == 0
    assert standin.payout() == []


def test_a_payout_that_fails_returns_the_money(client, standin, paid, types_of):
    [payout] = standin.payout()
    assert standin.fail_payout(payout["id"])["status"] == "failed"
    assert types_of()[-1] == "payout.failed"
    assert client.v1.balance.retrieve().available[0].amount == 2397
    with pytest.raises(AssertionError):
        standin.fail_payout(payout["id"])


def test_payouts_are_listed_by_status_and_arrival(client, standin, paid):
    [payout] = standin.payout()
    assert [one.id for one in client.v1.payouts.list({"status": "paid"}).data] == [payout["id"]]
    assert client.v1.payouts.list({"status": "failed"}).data == []
    late = {"arrival_date": {"gt": payout["arrival_date"]}}
    assert client.v1.payouts.list(late).data == []
