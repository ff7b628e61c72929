"""The funds of a first run, and the demonstration's gifts through the real code."""

from datetime import timedelta

import pytest
from django.utils import timezone

from donations import invariants, offline_gifts, seed
from donations.models import Campaign, Fund, Gift, OfflineBatch, Suggestion
from donations.seed import examples, history
from tests.factories.partners import ProgrammeFactory, StaffFactory
from weintl.payments import reconcile

pytestmark = pytest.mark.django_db


def test_each_use_each_programme_and_the_greatest_need_have_a_fund(now):
    ProgrammeFactory(code="looms", name_en="Looms", name_es="Telares", country="NP")
    seed.load(now=now)
    assert list(Fund.objects.open_now().values_list("key", flat=True)) == [
        "most-needed",
        "long-term-care",
        "education",
        "medical-psychological",
        "legal-aid",
        "artisan-pay",
        "looms",
    ]
    fund = Fund.objects.get(key="looms")
    assert (fund.name_es, fund.account("usd").code) == ("Telares", "fund:usd:looms")
    assert all(row.hint_en and row.hint_es for row in Fund.objects.all())


def test_amounts_come_with_words_and_a_batch_waits_with_its_total(now):
    seed.load(now=now)
    author = StaffFactory()
    for _ in range(2):
        seed.load(now=now)
        examples.load_batch(now=now, author=author)
    shown = Suggestion.objects.shown(currency="usd", campaign=None)
    assert [row.amount for row in shown] == [1000, 2000, 4000, 8000]
    assert all(row.sentence_en and row.sentence_es and row.source for row in shown)
    batch = OfflineBatch.objects.get()
    assert offline_gifts.book(batch_id=batch.pk, actor=author, now=now) == 3
    assert {gift.total.amount for gift in Gift.objects.all()} == {5000, 12500, 3000}


def test_amounts_that_staff_recorded_stay_alone(now):
    Suggestion.objects.create(currency="usd", amount=500)
    seed.load(now=now)
    assert Suggestion.objects.count() == 1


def test_loading_again_adds_nothing_and_keeps_what_staff_wrote(now):
    seed.load(now=now)
    Fund.objects.filter(key="education").update(name_en="Schools", key="schools")
    seed.load(now=now)
    assert Fund.objects.count() == 6
    assert Campaign.objects.count() == 2
    assert Fund.objects.get(use="education").name_en == "Schools"


def test_ninety_days_of_gifts_go_through_the_real_code(standin):
    end = timezone.now()
    seed.load(now=end)
    standin.clock(set=int((end - timedelta(days=91)).timestamp()))
    for _ in range(2):
        for at, run in sorted(history.steps(end=end), key=lambda step: step[0]):
            assert end - timedelta(days=90) <= at <= end
            if _ == 0:
                standin.clock(set=int(at.timestamp()))
            payment = run(at)
            if payment is not None:
                payment.refresh_from_db()
                charge = standin.pay(payment.session_id)["charge"]
                standin.settle_charge(charge)
            reconcile.catch_up(now=at)
    standin.clock(reset=True)
    assert Gift.objects.count() == len(history.PLAN)
    assert set(Gift.objects.values_list("state", flat=True)) == {"received", "partly_refunded"}
    assert not Gift.objects.filter(payment__fee_amount=None).exists()
    assert not [sentence for check in invariants.CHECKS for sentence in check()]
    winter = Campaign.objects.for_page().get(slug_en="winter")
    assert (winter.raised.amount, winter.gift_count) == (58_000, 5)
    oldest = Gift.objects.order_by("received_at").first()
    assert end - timedelta(days=90) < oldest.received_at < end - timedelta(days=87)
