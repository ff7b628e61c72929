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


@pytest.mark.parametrize(("interval", "days"), [("daily", 1), ("weekly", 7)])
def test_payouts_go_out_by_themselves_at_midnight_by_the_providers_clock(
    client, standin, session, interval, days
):
    standin.schedule_payouts(interval)
    # A Wednesday; what is paid then is available on Friday.
    wednesday = 1_700_006_400 - 1_700_006_400 % 86_400
    standin.clock(set=wednesday)
    standin.settle_charge(standin.pay(session.id)["charge"])
    standin.clock(set=wednesday + 2 * 86_400)
    assert client.v1.payouts.list({}).data == []
    standin.clock(set=wednesday + 9 * 86_400)
    [payout] = client.v1.payouts.list({}).data
    assert payout.automatic
    assert payout.created % 86_400 == 0
    assert payout.created - wednesday == (3 if interval == "daily" else 5) * 86_400
    assert standin.payout() == []


def test_money_that_came_back_goes_out_with_the_next_run(client, standin, session):
    standin.schedule_payouts("daily")
    standin.settle_charge(standin.pay(session.id)["charge"])
    standin.clock(advance=4 * 86_400)
    [first] = client.v1.payouts.list({}).data
    standin.fail_payout(first.id)
    standin.clock(advance=86_400)
    second, first = client.v1.payouts.list({}).data
    assert (first.status, second.status) == ("failed", "paid")
    assert second.amount == first.amount


def test_a_debt_is_not_paid_out_and_lowers_the_next_payout(client, standin, session, params):
    standin.schedule_payouts("daily")
    charge = standin.pay(session.id)["charge"]
    standin.settle_charge(charge)
    standin.clock(advance=4 * 86_400)
    client.v1.refunds.create({"charge": charge})
    standin.settle()
    standin.clock(advance=4 * 86_400)
    assert len(client.v1.payouts.list({}).data) == 1
    other = client.v1.checkout.sessions.create(params())
    standin.settle_charge(standin.pay(other.id)["charge"])
    standin.clock(advance=4 * 86_400)
    assert len(client.v1.payouts.list({}).data) == 1
    assert client.v1.balance.retrieve().available[0].amount < 0
