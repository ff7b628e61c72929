import pytest
import stripe


def test_a_dispute_takes_amount_and_fee_at_once(client, standin, paid, types_of):
    dispute = standin.dispute(charge=paid["charge"])
    seen = client.v1.disputes.retrieve(dispute["id"], {"expand": ["charge"]})
    assert (seen.status, seen.amount, seen.charge.disputed) == ("needs_response", 2500, True)
    entry = seen.balance_transactions[0]
    assert (entry.type, entry.amount, entry.fee, entry.net) == ("adjustment", -2500, 1500, -4000)
    assert types_of()[-2:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    created = client.v1.events.list({"type": "charge.dispute.created"}).data[0]
    assert created.data.object["balance_transactions"] == []
    listed = client.v1.disputes.list({"payment_intent": paid["payment_intent"]}).data
    assert [one.id for one in listed] == [dispute["id"]]


def test_a_dispute_won_returns_the_amount_and_keeps_the_fee(client, standin, paid, types_of):
    dispute = standin.dispute(payment_intent=paid["payment_intent"], amount=1000)
    assert standin.close_dispute(dispute["id"], "won")["status"] == "won"
    amounts = [
        entry.net for entry in client.v1.disputes.retrieve(dispute["id"]).balance_transactions
    ]
    assert amounts == [-2500, 1000]
    assert types_of()[-2:] == ["charge.dispute.closed", "charge.dispute.funds_reinstated"]


def test_a_dispute_lost_keeps_everything(client, standin, paid, types_of):
    dispute = standin.dispute(charge=paid["charge"])
    assert client.v1.disputes.close(dispute["id"]).status == "lost"
    assert len(client.v1.disputes.retrieve(dispute["id"]).balance_transactions) == 1
    assert types_of()[-1] == "charge.dispute.closed"
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        client.v1.disputes.close(dispute["id"])


@pytest.mark.parametrize(
    ("words", "verdict"), [("winning_evidence", "won"), ("losing_evidence", "lost")]
)
def test_evidence_decides_after_a_review(client, standin, paid, words, verdict):
    dispute = standin.dispute(charge=paid["charge"])
    kept = client.v1.disputes.update(
        dispute["id"], {"evidence": {"customer_name": "Sample"}, "submit": False}
    )
    assert (kept.status, kept.evidence_details.submission_count) == ("needs_response", 0)
    sent = client.v1.disputes.update(dispute["id"], {"evidence": {"uncategorized_text": words}})
    assert (sent.status, sent.evidence["customer_name"]) == ("under_review", "Sample")
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.disputes.update(dispute["id"], {"metadata": {"a": "b"}})
    standin.settle()
    assert client.v1.disputes.retrieve(dispute["id"]).status == verdict


def test_an_inquiry_moves_no_money(client, standin, paid):
    dispute = standin.dispute(charge=paid["charge"], inquiry=True)
    assert (dispute["status"], dispute["balance_transactions"]) == ("warning_needs_response", [])
    assert dispute["is_charge_refundable"] is True
    assert client.v1.refunds.create({"charge": paid["charge"], "amount": 100}).amount == 100
    assert standin.close_dispute(dispute["id"], "lost")["status"] == "warning_closed"


def test_a_charge_that_was_charged_back_cannot_be_refunded(client, standin, paid):
    standin.dispute(charge=paid["charge"])
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"charge": paid["charge"]})
    assert caught.value.code == "charge_disputed"


def test_one_test_card_is_disputed_by_itself(client, standin, session):
    standin.pay(session.id, card="4000000000000259")
    standin.settle()
    assert [one.reason for one in client.v1.disputes.list({}).data] == ["fraudulent"]
