"""However the events of a plan come, and though a third is lost, it ends in the same books."""

import hashlib
import json
import random
from datetime import UTC, datetime

import pytest
from django.db import transaction

from donations.models import Gift, Plan, PlanChange, Receipt
from partners.models import Transfer
from tests.donations.conftest import (  # noqa: F401, the fixtures are used by name
    give,
    running_standin,
    standin,
)
from tests.weintl.payments.conftest import happened
from weintl.mail.models import Mail
from weintl.payments import client, dispatch, inbox, reconcile, roots
from weintl.payments.models import Payment
from weintl.verify import collect

pytestmark = pytest.mark.django_db
RENEWALS = 3
LOST = 0.3
FEW = 6
MANY = 100


def digest() -> str:
    """Return the hash of all that stands, without what names rows or says when we heard of it."""
    stands = [
        sorted(Gift.objects.values_list("state", "amount", "currency", "received_at")),
        sorted(Payment.objects.values_list("state", "amount", "fee_amount", "succeeded_at")),
        sorted(Receipt.objects.values_list("total_amount", "received_on")),
        sorted(Receipt.objects.values_list("sequence")),
        sorted(Mail.objects.values_list("template", "recipient", "language")),
        sorted(
            Transfer.objects.values_list(
                "entry__kind", "occurred_at", "debit__code", "credit__code", "amount"
            )
        ),
        sorted(PlanChange.objects.values_list("kind", "by")),
        list(Plan.objects.values_list("subscription__state", "subscription__period_end")),
    ]
    return hashlib.sha256(json.dumps(stands, default=str).encode()).hexdigest()


def moment(standin) -> datetime:  # noqa: F811
    return datetime.fromtimestamp(standin.clock()["now"], UTC)


def live_through(standin, events, *, seed) -> str:  # noqa: F811
    """Receive what is left of the events in an order of chance, reconcile, and undo it all."""
    chance = random.Random(seed)
    kept = [event for event in events if chance.random() >= LOST]
    chance.shuffle(kept)
    now = moment(standin)
    with transaction.atomic():
        for event in kept:
            row = inbox.take_in(event=event, raw=json.dumps(event), now=now)
            dispatch.process(event_id=row.pk, now=now)
        reconcile.catch_up(now=now)
        found = digest()
        assert Gift.objects.filter(state="received").count() == 1 + RENEWALS
        assert Receipt.objects.count() == 1 + RENEWALS
        assert Mail.objects.filter(template="donations/gift_thanks").count() == 1 + RENEWALS
        breaches = [each for check in collect.checks() for each in collect.breaches(check)]
        assert breaches == [], seed
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("seeds", [FEW, pytest.param(MANY, marks=pytest.mark.soak)])
def test_first_gift_and_renewals_in_any_order(standin, seeds):  # noqa: F811
    gift = give(standin, amount=2500, interval="month", is_paid=False)
    session_id = Payment.objects.get(pk=gift.payment_id).session_id
    standin.pay(session_id)
    subscription_id = client.session(session_id)["subscription"]
    for _ in range(RENEWALS):
        # Now, not in a month: the provider forgets its events after thirty days.
        standin.renew(subscription_id)
        standin.settle()
    events = [event for event in happened(standin) if event["type"] in roots.TYPES]
    assert len(events) > 4 * RENEWALS
    found = {seed: live_through(standin, events, seed=seed) for seed in range(seeds)}
    assert len(set(found.values())) == 1, found
