"""Each claim about gifts is broken on purpose and seen."""

import pytest

from donations import invariants, tributes
from donations.models import Gift, GiftRefund
from tests.factories.donations import FundFactory, GiftFactory
from tests.factories.mail import MailFactory
from weintl.mail.models import Mail
from weintl.payments.models import Payment

pytestmark = pytest.mark.django_db


def found(check):
    return list(check())


def test_a_true_history_breaks_nothing(paid, settle, refund, fail_refund):
    GiftFactory()
    settle(paid(fee_cover_amount=151), fee=150)
    gift = paid()
    refund(gift, 500)
    fail_refund(gift, refund(gift, 700))
    refund(paid(), 4000)
    assert not [sentence for check in invariants.CHECKS for sentence in check()]


def test_a_gift_moved_to_another_fund_by_hand_is_seen(paid):
    gift = paid()
    Gift.objects.update(fund=FundFactory(use="legal_aid"))
    (sentence,) = found(invariants.check_received_gifts_stand_in_the_ledger)
    assert f"Gift {gift.pk} of 4000" in sentence


def test_a_gift_received_without_an_entry_is_seen(now):
    gift = GiftFactory(is_paid=True, state="received", received_at=now)
    (sentence,) = found(invariants.check_received_gifts_stand_in_the_ledger)
    assert str(gift.pk) in sentence


def test_a_covered_fee_that_was_not_booked_is_seen(paid):
    paid()
    Gift.objects.update(fee_cover_amount=10)
    assert len(found(invariants.check_received_gifts_stand_in_the_ledger)) == 1


def test_a_card_that_was_not_written_and_one_too_early_are_seen(paid):
    for gift, wanted in ((paid(), "has no card"), (GiftFactory(), "was not received")):
        wish = tributes.Wish(kind="honour", honoured_name="I", recipient_email="t@example.org")
        tributes.keep(wish, gift=gift)
        if gift.received_at is None:
            MailFactory(key=tributes.card_key(gift))
        assert wanted in "".join(found(invariants.check_cards_were_written))


def test_a_payment_whose_gift_was_not_received_is_seen():
    GiftFactory(is_paid=True)
    (sentence,) = found(invariants.check_paid_gifts_are_received)
    assert "awaiting_payment" in sentence


def test_a_payment_of_no_gift_is_seen():
    GiftFactory()
    Gift.objects.update(payment=None)
    (sentence,) = found(invariants.check_paid_gifts_are_received)
    assert "missing" in sentence


@pytest.mark.parametrize(
    "breaking",
    [
        lambda: Gift.objects.update(refunded_amount=1),
        lambda: Payment.objects.update(refunded_amount=1),
        lambda: GiftRefund.objects.update(is_returned=True),
        lambda: Gift.objects.update(state="received"),
        lambda: Gift.objects.update(state="refunded"),
    ],
)
def test_refunds_that_do_not_agree_are_seen(paid, refund, breaking):
    refund(paid(), 500)
    assert not found(invariants.check_refunds_agree)
    breaking()
    assert len(found(invariants.check_refunds_agree)) == 1


def test_a_gift_without_thanks_is_seen(paid):
    paid()
    Mail.objects.all().delete()
    assert len(found(invariants.check_thanks_were_written)) == 1


def test_a_mail_whose_gift_is_gone_is_seen(paid):
    paid()
    Mail.objects.update(cause="gift:0")
    assert len(found(invariants.check_mails_have_their_gift)) == 1
