"""A campaign counts what its gifts brought and kept, whatever happens to them."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from donations import campaigns, invariants
from donations.models import Campaign, CampaignTally, CampaignUpdate, Gift
from donations.settlement import GiftSettlement
from tests.factories.donations import CampaignFactory, GiftFactory
from weintl.payments.models import Dispute

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture
def campaign():
    return CampaignFactory()


def raised(campaign) -> tuple[int, int]:
    tally = CampaignTally.objects.filter(campaign=campaign).first()
    return (tally.raised_amount, tally.gift_count) if tally else (0, 0)


def given(paid, campaign, **values) -> Gift:
    return paid(campaign=campaign, fund=campaign.fund, **values)


def breaches():
    return [sentence for check in invariants.CHECKS for sentence in check()]


def dispute(gift, rows, *, state, now):
    row, _new = Dispute.objects.update_or_create(
        payment=gift.payment,
        dispute_id="dp_1",
        defaults={
            "amount": 4000,
            "currency": "usd",
            "opened_at": now,
            "state": state,
            "balance_transactions": rows,
        },
    )
    GiftSettlement().disputed(gift.payment, row, now=now)


def test_it_counts_gifts_without_covered_fees_once(paid, campaign, now):
    gift = given(paid, campaign, fee_cover_amount=151)
    GiftSettlement().paid(gift.payment, now=now)
    given(paid, campaign, amount=1000)
    GiftFactory(campaign=campaign, fund=campaign.fund)
    paid()
    assert raised(campaign) == (5000, 2)
    assert breaches() == []


def test_refunds_and_refunds_that_come_back_follow(paid, refund, fail_refund, campaign):
    gift = given(paid, campaign)
    row = refund(gift, 1500)
    assert raised(campaign) == (2500, 1)
    fail_refund(gift, row)
    assert raised(campaign) == (4000, 1)
    refund(gift, 4000)
    assert raised(campaign) == (0, 0)
    assert breaches() == []


def test_disputes_follow_and_a_lost_one_does_not_count(paid, campaign, now):
    gift = given(paid, campaign)
    out = {"id": "txn_1", "amount": -4000, "fee": 1500, "net": -5500, "currency": "usd"}
    back = {"id": "txn_2", "amount": 4000, "fee": -1500, "net": 5500, "currency": "usd"}
    dispute(gift, [out], state="needs_response", now=now)
    assert raised(campaign) == (0, 0)
    dispute(gift, [out, back], state="won", now=now)
    assert raised(campaign) == (4000, 1)
    assert breaches() == []


def test_a_lost_dispute_stays_out(paid, campaign, now):
    gift = given(paid, campaign)
    out = {"id": "txn_1", "amount": -4000, "fee": 1500, "net": -5500, "currency": "usd"}
    dispute(gift, [out], state="lost", now=now)
    GiftSettlement().issue_papers(gift.payment, now=now)
    assert raised(campaign) == (0, 0)
    assert breaches() == []


def test_many_rows_written_at_once_add_up(campaign):
    other = CampaignFactory(fund=campaign.fund)
    received = {"is_paid": True, "state": "received", "received_at": campaign.created_at}
    gifts = [
        GiftFactory.build(
            donor=GiftFactory().donor, fund=campaign.fund, campaign=each, payment=None,
            counted_amount=4000, **received,
        )
        for each in (campaign, campaign, other)
    ]  # fmt: skip
    Gift.objects.bulk_create(gifts)
    assert (raised(campaign), raised(other)) == ((8000, 2), (4000, 1))
    Gift.objects.filter(campaign=campaign).update(campaign=other)
    assert (raised(campaign), raised(other)) == ((0, 0), (12000, 3))


def test_progress_reads_no_gift_and_names_few_gifts_by_no_number(paid, campaign):
    for number in range(campaigns.COUNT_FROM):
        shown = campaigns.progress(Campaign.objects.for_page().get(pk=campaign.pk), today=TODAY)
        assert (shown.raised.amount, shown.gift_count) == (4000 * number, None)
        given(paid, campaign)
    with CaptureQueriesContext(connection) as taken:
        shown = campaigns.progress(Campaign.objects.for_page().get(pk=campaign.pk), today=TODAY)
    assert (shown.part, shown.bar, shown.gift_count) == (20, 20, 5)
    assert len(taken) == 1
    assert 'donations_gift"' not in taken[0]["sql"]


def test_beyond_the_goal_the_bar_is_full_and_the_words_are_true(paid):
    campaign = CampaignFactory(goal_amount=3000)
    given(paid, campaign)
    campaign.refresh_from_db()
    shown = campaigns.progress(campaign, today=TODAY)
    assert (shown.part, shown.bar, shown.is_reached) == (133, 100, True)


@pytest.mark.parametrize(
    ("starts", "ends", "standing"),
    [(1, None, "upcoming"), (0, 0, "running"), (-1, None, "running"), (-2, -1, "ended")],
)
def test_its_days_say_how_it_stands(starts, ends, standing):
    campaign = CampaignFactory.build(
        fund=None,
        starts_on=TODAY + timedelta(days=starts),
        ends_on=None if ends is None else TODAY + timedelta(days=ends),
    )
    assert campaign.standing(today=TODAY) == standing


@pytest.mark.parametrize(
    "faulty",
    [
        {"goal_amount": 0},
        {"ends_on": date(2025, 1, 1)},
        {"name_es": ""},
        {"name_en": None},
        {"summary_en": ""},
        {"summary_es": None},
        {"slug_es": ""},
    ],
)
def test_the_database_refuses_half_a_campaign(faulty):
    with pytest.raises(IntegrityError):
        CampaignFactory(**faulty)


def test_a_gift_is_in_its_campaigns_currency(campaign):
    with pytest.raises(IntegrityError), transaction.atomic():
        GiftFactory(campaign=campaign, fund=campaign.fund, currency="eur")


def test_a_gift_counts_at_most_itself_and_only_once_received(campaign):
    for faulty in ({"counted_amount": 4001}, {"counted_amount": 1, "campaign": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            GiftFactory(**{"campaign": campaign, "fund": campaign.fund, **faulty})


def test_updates_are_told_newest_first_and_drafts_are_not(campaign):
    for day, is_published in ((1, True), (3, True), (2, False)):
        CampaignUpdate.objects.create(
            campaign=campaign,
            day=date(2026, 11, day),
            title_en=f"Day {day}",
            text_en="Words",
            is_published=is_published,
        )
    told = campaigns.updates_of(campaign, today=date(2026, 11, 3))
    assert [each.day.day for each in told] == [3, 1]


def test_an_update_of_a_later_day_waits_for_it(campaign):
    CampaignUpdate.objects.create(
        campaign=campaign,
        day=date(2026, 11, 3),
        title_en="Later",
        text_en="Words",
        is_published=True,
    )
    assert not campaigns.updates_of(campaign, today=date(2026, 11, 2))
    assert campaigns.updates_of(campaign, today=date(2026, 11, 3))


@pytest.mark.parametrize("missing", ["", None])
def test_a_public_story_stands_in_both_languages_or_in_none(missing):
    CampaignFactory(story_en="Long.", story_es="Largo.")
    CampaignFactory(story_en=missing, story_es=missing)
    CampaignFactory(story_en="Long.", story_es=missing, is_published=False)
    with pytest.raises(IntegrityError):
        CampaignFactory(story_en=missing, story_es="Largo.")
