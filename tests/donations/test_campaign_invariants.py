"""Each claim about campaigns is broken on purpose and seen."""

import pytest

from donations import campaign_invariants
from donations.models import CampaignTally, Gift
from tests.factories.donations import CampaignFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def gift(paid):
    campaign = CampaignFactory()
    return paid(campaign=campaign, fund=campaign.fund)


def test_a_tally_that_is_no_sum_is_seen(gift):
    assert not list(campaign_invariants.check_tallies_are_sums())
    CampaignTally.objects.update(raised_amount=1)
    (sentence,) = campaign_invariants.check_tallies_are_sums()
    assert f"Campaign {gift.campaign_id} has 1 of 1 gifts" in sentence


def test_a_gift_that_counts_for_what_the_ledger_has_not_is_seen(gift):
    assert not list(campaign_invariants.check_gifts_count_for_what_the_ledger_has())
    Gift.objects.update(counted_amount=3999)
    (sentence,) = campaign_invariants.check_gifts_count_for_what_the_ledger_has()
    assert f"Gift {gift.pk} counts for 3999" in sentence
    assert "4000" in sentence
    # The tally follows the gifts, also when they are wrong.
    assert not list(campaign_invariants.check_tallies_are_sums())
