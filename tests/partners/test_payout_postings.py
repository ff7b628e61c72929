"""What a payout writes: into transit, to the bank with its fee, or back."""

import pytest

from partners import accounts, ledger, payout_postings
from partners.ledger import Draft, Leg
from partners.models import Entry
from tests.factories.partners import ProgrammeFactory

pytestmark = pytest.mark.django_db
FUND = accounts.fund("usd", "loom", "education")
KNOWN = {"number": "N1", "programme_code": "loom", "currency": "usd"}


@pytest.fixture(autouse=True)
def owed(now):
    ProgrammeFactory(code="loom")
    ledger.post([Draft("sale", "s", now, [Leg(accounts.programme_cost("usd"), FUND, 700)])])


def test_approved_then_paid(now):
    payout_postings.post_approved(**KNOWN, parts=[(FUND, 600)], occurred_at=now)
    payout_postings.post_approved(**KNOWN, parts=[(FUND, 600)], occurred_at=now)
    transit = accounts.payout_transit("usd", "loom")
    assert (ledger.balance(FUND), ledger.balance(transit)) == (100, 600)
    payout_postings.post_paid(**KNOWN, amount=600, fee=25, occurred_at=now)
    assert (ledger.balance(transit), ledger.balance(accounts.bank("usd"))) == (0, -625)
    assert list(Entry.objects.order_by("pk").values_list("source_key", flat=True)) == [
        "s",
        "payout/N1/approved",
        "payout/N1/paid",
    ]


def test_what_came_back_is_owed_again_and_fees_stay(now):
    payout_postings.post_approved(**KNOWN, parts=[(FUND, 600)], occurred_at=now)
    payout_postings.post_paid(**KNOWN, amount=600, fee=25, occurred_at=now)
    for new in (2, 0):
        found = payout_postings.post_returned(**KNOWN, amount=600, fee=5, occurred_at=now)
        assert len(found) == new
    assert found == []
    assert ledger.balance(FUND) == 700
    assert ledger.balance(accounts.payout_transit("usd", "loom")) == 0
    assert ledger.balance(accounts.bank("usd")) == -30


def test_failed_is_the_mirror_image(now):
    payout_postings.post_approved(**KNOWN, parts=[(FUND, 600)], occurred_at=now)
    (entry,) = payout_postings.post_failed(number="N1", occurred_at=now)
    assert entry.reverses.source_key == "payout/N1/approved"
    assert ledger.balance(FUND) == 700
