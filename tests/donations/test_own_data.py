"""What a donor takes along: all of it, nothing of others, and no key to a page."""

import json

import pytest

from donations import consents, own_data
from tests.factories.donations import (
    CampaignFactory,
    DonorFactory,
    GiftFactory,
    link_for,
    plan_of,
)
from weintl.payments.models import Dispute

pytestmark = pytest.mark.django_db


def test_everything_of_the_donor_and_nothing_of_another(paid, refund, now):
    ana = DonorFactory(email="ana@example.org", name="Ana", address="1 Road\nMadison")
    gift = paid(donor=ana, donor_name="Ana R.", fee_cover_amount=150)
    refund(gift, 1000)
    GiftFactory(donor=ana, state="expired")
    other = paid(donor=DonorFactory(email="eva@example.org"))
    consents.choose(donor=ana, topics=["news"], language="en", now=now)
    link_for(ana, now=now)
    found = own_data.of(ana, now=now)
    text = json.dumps(found)
    assert found["details"]["postal_address"] == "1 Road\nMadison"
    assert [row["state"] for row in found["gifts"]] == ["expired", "partly_refunded"]
    kept = found["gifts"][1]
    assert kept["amount"] == {"minor_units": 4000, "currency": "USD"}
    assert [row["void_since"] is None for row in kept["receipts"]] == [False, True]
    assert kept["receipts"][0]["issued_to"] == ["Ana R.", "1 Road", "Madison"]
    assert len(kept["refunds"]) == 1
    assert found["mails_asked_for"][0]["topic"] == "news"
    kinds = {mail["kind"] for mail in found["mails"]}
    assert {"donations/gift_thanks", "donations/gift_refunded", "donations/page_link"} == kinds
    for secret in (gift.token, other.number, "eva@example.org", ana.links.get().digest):
        assert secret not in text


def test_it_takes_as_many_statements_for_many_gifts(paid, django_assert_num_queries, now):
    ana = DonorFactory()
    for _ in range(3):
        paid(donor=ana)
    with django_assert_num_queries(11):
        own_data.of(ana, now=now)


def test_a_campaign_a_contest_and_each_change_of_a_regular_gift_are_told(paid, now):
    ana = DonorFactory(erase_asked_at=now)
    gift = paid(donor=ana, plan=plan_of(ana, now=now))
    campaign = CampaignFactory(fund=gift.fund)
    other = paid(donor=ana, campaign=campaign, fund=campaign.fund)
    Dispute.objects.create(
        payment=other.payment,
        dispute_id="du_1",
        state="open",
        amount=4000,
        currency="usd",
        reason="fraudulent",
        opened_at=now,
    )
    before = {"amount": 2500, "fund": "education"}
    gift.plan.changes.create(
        kind="amount", by="donor", before=before, after={**before, "amount": 3000},
        changed_at=now, key="k",
    )  # fmt: skip
    found = own_data.of(ana, now=now)
    assert found["details"]["erasure_asked_at"] == now.isoformat()
    rows = {row["number"]: row for row in found["gifts"]}
    assert rows[gift.number]["is_of_a_regular_gift"] is True
    assert rows[gift.number]["contested"] == []
    assert rows[other.number]["campaign"] == campaign.name
    contest = rows[other.number]["contested"][0]
    assert (contest["reason"], contest["closed_at"]) == ("fraudulent", None)
    change = found["regular_gifts"][0]["changes"][0]
    assert (change["before"]["amount"], change["after"]["amount"]) == (2500, 3000)
