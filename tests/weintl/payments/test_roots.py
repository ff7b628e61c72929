"""All events of one payment lead to it, whichever id they carry."""

import pytest

from tests.weintl.payments.conftest import happened
from weintl.payments import client, roots
from weintl.payments.models import Payment

pytestmark = pytest.mark.django_db


def test_every_event_of_a_payment_leads_to_it(payment, standin):
    charge = standin.pay(payment.session_id)["charge"]
    standin.settle_charge(charge)
    client.create_refund(
        intent_id=client.charge(charge)["payment_intent"],
        amount=100,
        metadata={},
        idempotency_key=f"roots-{payment.public_id}",
    )
    standin.dispute(charge=charge)
    heard = [event for event in happened(standin) if event["type"] in roots.TYPES]
    kinds = {event["data"]["object"]["object"] for event in heard}
    assert kinds == {"checkout.session", "charge", "refund", "dispute"}
    # Nothing is booked yet: only what was set when the page was opened leads here.
    Payment.objects.filter(intent_id__isnull=False).update(intent_id=None)
    for event in heard:
        assert roots.find(roots.clue_from(event["data"]["object"])) == payment


@pytest.mark.parametrize(
    "thing",
    [
        {},
        {"object": "charge", "id": "ch_unknown", "payment_intent": None},
        {"object": "refund", "id": "re_1", "payment_intent": "pi_unknown"},
        {"object": "checkout.session", "id": "cs_unknown", "client_reference_id": "not-a-uuid"},
        {"object": "charge", "metadata": [], "payment_intent": 7},
        {"object": "charge", "id": "ch_\0", "payment_intent": "pi_\ud800"},
        {"object": "checkout.session", "id": "cs_\0", "metadata": {"payment": "\0"}},
    ],
)
def test_strangers_lead_nowhere(standin, thing):
    assert roots.find(roots.clue_from(thing)) is None
