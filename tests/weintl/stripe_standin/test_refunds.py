import pytest
import stripe


def refused(client, params):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create(params)
    return caught.value


def test_a_refund_is_pending_then_succeeds_and_the_fee_stays(client, standin, paid, types_of):
    refund = client.v1.refunds.create({"payment_intent": paid["payment_intent"], "amount": 700})
    assert (refund.status, refund.charge, refund.amount) == ("pending", paid["charge"], 700)
    entry = client.v1.balance_transactions.retrieve(refund.balance_transaction)
    assert (entry.type, entry.amount, entry.fee, entry.net) == ("refund", -700, 0, -700)
    standin.settle()
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"
    assert types_of()[-3:] == ["charge.refunded", "refund.created", "refund.updated"]


def test_only_a_full_refund_marks_the_charge_refunded(client, paid):
    client.v1.refunds.create({"charge": paid["charge"], "amount": 700})
    charge = client.v1.charges.retrieve(paid["charge"], {"expand": ["refunds"]})
    assert (charge.amount_refunded, charge.refunded) == (700, False)
    assert len(charge.refunds.data) == 1
    client.v1.refunds.create({"charge": paid["charge"]})
    charge = client.v1.charges.retrieve(paid["charge"])
    assert (charge.amount_refunded, charge.refunded) == (2500, True)
    assert refused(client, {"charge": paid["charge"]}).code == "charge_already_refunded"


def test_more_than_is_left_is_refused(client, paid):
    client.v1.refunds.create({"charge": paid["charge"], "amount": 700})
    assert refused(client, {"charge": paid["charge"], "amount": 1801}).param == "amount"
    assert refused(client, {"charge": paid["charge"], "amount": 0}).param == "amount"
    assert client.v1.refunds.create({"charge": paid["charge"], "amount": 1800}).amount == 1800


def test_what_a_refund_needs_is_named(client, standin, session):
    assert "payment_intent or charge" in refused(client, {"amount": 5}).user_message
    assert refused(client, {"charge": "ch_none"}).code == "resource_missing"
    assert refused(client, {"charge": "ch_none", "reason": "regret"}).param == "reason"
    done = standin.pay(session.id, card="4000000000000002")
    error = refused(client, {"payment_intent": done["payment_intent"]})
    assert error.code == "payment_intent_unexpected_state"


def test_a_refund_may_fail_after_it_succeeded(client, standin, session, types_of):
    done = standin.pay(session.id, card="4000000000005126")
    standin.settle()
    refund = client.v1.refunds.create({"charge": done["charge"]})
    standin.settle()
    after = client.v1.refunds.retrieve(refund.id, {"expand": ["failure_balance_transaction"]})
    assert (after.status, after.failure_reason) == ("failed", "expired_or_canceled_card")
    assert after.failure_balance_transaction.amount == 2500
    assert client.v1.charges.retrieve(done["charge"]).amount_refunded == 0
    assert types_of()[-3:] == ["refund.updated", "refund.updated", "refund.failed"]
    assert client.v1.balance.retrieve().pending[0].amount == 2397


def test_a_refund_is_failed_on_demand_once(client, standin, paid):
    refund = client.v1.refunds.create({"charge": paid["charge"]})
    assert standin.fail_refund(refund.id)["status"] == "failed"
    with pytest.raises(AssertionError, match="failed already"):
        standin.fail_refund(refund.id)


def test_only_a_refund_that_waits_for_its_payer_can_be_cancelled(client, standin, paid):
    refund = client.v1.refunds.create({"charge": paid["charge"]})
    with pytest.raises(stripe.InvalidRequestError, match="requires_action"):
        client.v1.refunds.cancel(refund.id)
    standin.hold_refund(refund.id)
    assert client.v1.refunds.cancel(refund.id).status == "canceled"
    assert client.v1.charges.retrieve(paid["charge"]).amount_refunded == 0


def test_refunds_are_listed_by_charge_and_intent(client, paid):
    refund = client.v1.refunds.create({"charge": paid["charge"], "metadata": {"key": "r1"}})
    for where in ({"charge": paid["charge"]}, {"payment_intent": paid["payment_intent"]}):
        assert [one.id for one in client.v1.refunds.list(where).data] == [refund.id]
    assert client.v1.refunds.list({"charge": "ch_other"}).data == []
    assert client.v1.refunds.retrieve(refund.id).metadata["key"] == "r1"
