"""Gifts by cheque, transfer and in cash: booked once, in the same ledger, with receipts."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from donations import campaigns, invariants, offline_gifts
from donations.models import Gift, OfflineBatch, OfflineGift, Receipt
from partners import accounts, ledger
from tests.factories.donations import CampaignFactory, FundFactory
from tests.factories.partners import StaffFactory
from weintl.mail.composing import compose
from weintl.mail.models import Mail
from weintl.payments import offline, refunds

pytestmark = pytest.mark.django_db


@pytest.fixture
def fund():
    return FundFactory()


@pytest.fixture
def batch(fund, now):
    return batch_of(fund, now, ("cheque", 5000), ("bank", 2500), ("cash", 1000))


def batch_of(fund, now, *lines, control=None, **values):
    made = OfflineBatch.objects.create(
        note="Cheques", currency="usd", created_by=StaffFactory(),
        control_amount=control or sum(amount for _way, amount in lines),
    )  # fmt: skip
    for number, (way, amount) in enumerate(lines):
        wanted = {
            "way": way, "amount": amount, "reference": f"R-{made.pk}-{number}", "fund": fund,
            "received_on": localdate(now) - timedelta(days=1), "email": f"ana{number}@example.org",
            "name": "Ana Ruiz", **values,
        }  # fmt: skip
        OfflineGift.objects.create(batch=made, **wanted)
    return made


def book(batch, now):
    return offline_gifts.book(batch_id=batch.pk, actor=StaffFactory(), now=now)


def breaches():
    return [sentence for check in invariants.CHECKS for sentence in check()]


def test_a_batch_is_booked_once_where_its_money_lies_with_receipts_and_thanks(batch, fund, now):
    assert book(batch, now) == 3
    assert book(batch, now) == 0
    assert ledger.balance(fund.account("usd")) == 8500
    assert ledger.balance(accounts.bank("usd")) == 7500
    assert ledger.balance(accounts.cash_box("usd")) == 1000
    assert ledger.balance(accounts.provider("usd")) == 0
    assert {gift.way for gift in Gift.objects.all()} == {"cheque", "bank", "cash"}
    paid_by = {row.contents["paid_by"] for row in Receipt.objects.all()}
    assert paid_by == {"cheque", "bank", "cash"}
    assert Mail.objects.filter(template="donations/gift_thanks").count() == 3
    assert localdate(Gift.objects.first().received_at) == localdate(now) - timedelta(days=1)
    assert breaches() == []


def test_who_gave_stands_on_the_gift_alone_afterwards(batch, now):
    book(batch, now)
    line = OfflineGift.objects.order_by("pk").first()
    assert (line.email, line.name) == ("", "")
    assert line.gift.donor.email == "ana0@example.org"
    assert line.gift.donor_name == "Ana Ruiz"


def test_an_organisations_gift_to_a_campaign_counts_and_names_it(fund, now):
    campaign = CampaignFactory(fund=fund)
    values = {"organisation_name": "Loom Ltd", "campaign": campaign}
    book(batch_of(fund, now, ("cheque", 5000), **values), now)
    campaign.refresh_from_db()
    assert campaigns.progress(campaign, today=localdate(now)).raised.amount == 5000
    assert Receipt.objects.get().donor_row.text == "Loom Ltd\nAna Ruiz"
    assert breaches() == []


def test_a_total_that_is_not_met_books_nothing_and_says_both(fund, now):
    batch = batch_of(fund, now, ("cheque", 5000), control=4000)
    with pytest.raises(offline_gifts.NotTheTotal) as refused:
        book(batch, now)
    assert "$50.00" in str(refused.value.message)
    assert "$40.00" in str(refused.value.message)
    assert not Gift.objects.exists()
    batch.refresh_from_db()
    assert batch.booked_at is None


def test_nothing_and_a_day_to_come_are_refused(fund, now):
    with pytest.raises(offline_gifts.NotBookable):
        book(batch_of(fund, now, control=1), now)
    tomorrow = localdate(now) + timedelta(days=1)
    with pytest.raises(offline_gifts.NotYet):
        book(batch_of(fund, now, ("cash", 1000), received_on=tomorrow), now)
    with pytest.raises(offline_gifts.TooLong):
        book(batch_of(fund, now, ("cash", 1000), received_on=date(26, 11, 20)), now)


def test_a_campaign_s_gift_goes_to_its_fund_or_is_not_booked(now):
    campaign, legal = CampaignFactory(), FundFactory(use="legal_aid")
    with pytest.raises(offline_gifts.NotItsFund):
        book(batch_of(legal, now, ("cheque", 5000), campaign=campaign), now)
    assert not Gift.objects.exists()


def test_a_booked_batch_stays_as_it_is(batch, now):
    book(batch, now)
    for change in (
        lambda: OfflineBatch.objects.update(control_amount=1),
        lambda: OfflineBatch.objects.all().delete(),
        lambda: OfflineGift.objects.update(amount=1),
        lambda: OfflineGift.objects.all().delete(),
        lambda: OfflineGift.objects.update(name="Eva"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_the_same_cheque_twice_is_refused(batch):
    line = batch.lines.order_by("pk").first()
    line.pk = None
    with pytest.raises(IntegrityError):
        line.save(force_insert=True)


def test_a_wrong_one_is_reversed_with_its_receipt(batch, fund, now):
    book(batch, now)
    gift = Gift.objects.get(way="cheque")
    refund = refunds.request(
        payment=gift.payment, amount=gift.total, reason="Bounced", request_key="r",
        actor=StaffFactory(), now=now,
    )  # fmt: skip
    offline.give_back(
        refund_id=refund.pk, way=refund.way, reference=gift.number, day=localdate(now),
        actor=StaffFactory(), now=now,
    )  # fmt: skip
    gift.refresh_from_db()
    assert gift.state == "refunded"
    assert ledger.balance(accounts.bank("usd")) == 2500
    assert ledger.balance(fund.account("usd")) == 3500
    assert not gift.receipts.live().exists()
    assert breaches() == []
    told = compose(Mail.objects.get(template="donations/gift_refunded"))
    assert "counts no more" in told.subject
    assert "a cheque that bounces" in told.body
    assert "Your bank shows it" not in told.body


def test_what_broke_off_is_seen_and_booked_by_trying_again(batch, now):
    OfflineBatch.objects.filter(pk=batch.pk).update(booked_at=now, booked_by=StaffFactory())
    assert any("book it once more" in sentence for sentence in breaches())
    assert book(batch, now) == 3
    assert breaches() == []
