"""Disputes: what leaves, what comes back, and the provider's own words."""

import pytest

from tests.weintl.payments.conftest import calls, deliver, told
from weintl.mail.composing import compose
from weintl.mail.models import Mail
from weintl.payments.models import Dispute

pytestmark = pytest.mark.django_db


def test_a_dispute_is_told_with_the_money_that_left(paid, standin):
    standin.dispute(charge=paid.charge_id)
    deliver(standin, times=2)
    dispute = Dispute.objects.get()
    assert (dispute.state, dispute.amount) == ("needs_response", 4000)
    assert dispute.evidence_due_at is not None
    alert = Mail.objects.get(template="payments/dispute_alert")
    # As a person writes a day, not as a machine does.
    assert (
        f"before {dispute.evidence_due_at:%b} {dispute.evidence_due_at.day}, "
        in compose(alert).body
    )
    assert calls(paid)[2:] == ["disputed needs_response"]
    [context] = told(paid, "disputed needs_response")
    # 15.00: what the stand-in takes for a dispute.
    assert (context["withdrawn"], context["reinstated"], context["fee"]) == (4000, 0, 1500)


@pytest.mark.parametrize(("outcome", "reinstated"), [("won", 4000), ("lost", 0)])
def test_a_decided_dispute_is_told_once(paid, standin, outcome, reinstated):
    made = standin.dispute(charge=paid.charge_id)
    deliver(standin)
    standin.close_dispute(made["id"], outcome)
    deliver(standin, times=2)
    dispute = Dispute.objects.get()
    assert dispute.state == outcome
    assert dispute.closed_at is not None
    assert calls(paid)[2:] == ["disputed needs_response", f"disputed {outcome}"]
    assert told(paid, f"disputed {outcome}")[0]["reinstated"] == reinstated


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_a_dispute_heard_of_at_its_end_is_told_as_open_first(paid, standin, outcome):
    made = standin.dispute(charge=paid.charge_id)
    standin.close_dispute(made["id"], outcome)
    deliver(standin)
    assert calls(paid)[2:] == ["disputed under_review", f"disputed {outcome}"]
    assert told(paid, "disputed under_review")[0]["withdrawn"] == 4000
    assert told(paid, "disputed under_review")[0]["reinstated"] == 0


def test_an_inquiry_moves_no_money(paid, standin):
    made = standin.dispute(charge=paid.charge_id, inquiry=True)
    deliver(standin)
    standin.close_dispute(made["id"], "won")
    deliver(standin)
    assert calls(paid)[2:] == ["disputed warning_needs_response", "disputed warning_closed"]
    assert told(paid, "disputed warning_closed")[0]["withdrawn"] == 0
    assert Dispute.objects.get().closed_at is not None
