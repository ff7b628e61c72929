"""What payments do to gifts, funds and mails."""

from datetime import timedelta

import pytest

from donations.models import GiftRefund
from donations.receipt_papers import as_pdf, attachments
from donations.settlement import GiftSettlement
from partners import accounts, ledger
from partners.models import Entry, Maturity
from tests.factories.donations import FundFactory, GiftFactory
from tests.factories.partners import ProgrammeFactory
from weintl.mail.composing import compose
from weintl.mail.models import Mail
from weintl.payments.models import Dispute

pytestmark = pytest.mark.django_db
settlement = GiftSettlement()
EDUCATION = accounts.fund("usd", "", "education")


def balances():
    return {
        "fund": ledger.balance(EDUCATION),
        "cover": ledger.balance(accounts.fee_cover("usd")),
        "fees": ledger.balance(accounts.fees("usd")),
        "provider": ledger.balance(accounts.provider("usd")),
    }


def test_a_paid_gift_stands_in_its_fund_is_mature_and_thanked_for(paid, now):
    gift = paid(donor_name="Ana")
    assert (gift.state, gift.received_at) == ("received", now)
    assert balances() == {"fund": 4000, "cover": 0, "fees": 0, "provider": 4000}
    assert Maturity.objects.get().matures_at == now
    mail = Mail.objects.get()
    assert mail.cause == f"gift:{gift.pk}"
    assert mail.context["amount"] == {"amount": 4000, "currency": "usd"}
    assert mail.context["url"].endswith(f"/en/giving/{gift.token}/")


def test_paid_twice_over_changes_nothing(paid, now):
    gift = paid()
    settlement.paid(gift.payment, now=now + timedelta(minutes=1))
    assert balances()["fund"] == 4000
    assert Mail.objects.count() == 1


def test_a_covered_fee_stands_apart_from_the_fund(paid, settle):
    gift = paid(fee_cover_amount=151)
    settle(gift, fee=150)
    assert balances() == {"fund": 4000, "cover": 151, "fees": 150, "provider": 4001}


def test_an_uncovered_fee_is_borne_by_the_fund(paid, settle):
    settle(paid(), fee=146)
    assert balances() == {"fund": 3854, "cover": 0, "fees": 0, "provider": 3854}


def test_a_gift_to_a_programme_credits_that_programme(paid, now):
    programme = ProgrammeFactory(code="looms")
    paid(fund=FundFactory(programme=programme, use=""))
    assert ledger.balance(accounts.fund("usd", "looms")) == 4000


@pytest.mark.parametrize("how", ["failed", "expired"])
def test_an_unpaid_gift_says_so_and_a_late_payment_is_simply_received(how, now):
    gift = GiftFactory()
    getattr(settlement, how)(gift.payment, now=now)
    gift.refresh_from_db()
    assert gift.state == how
    settlement.paid(gift.payment, now=now + timedelta(hours=2))
    gift.refresh_from_db()
    assert gift.state == "received"
    assert balances()["fund"] == 4000


def test_a_received_gift_does_not_expire(paid, now):
    gift = paid()
    settlement.expired(gift.payment, now=now)
    gift.refresh_from_db()
    assert gift.state == "received"


def test_several_refunds_end_where_one_full_refund_ends(paid, refund):
    gift = paid(amount=3999, fee_cover_amount=151)
    refund(gift, 1000)
    assert gift.state == "partly_refunded"
    refund(gift, 333, state="pending")
    refund(gift, 4150 - 1333)
    assert (gift.state, gift.refunded_amount) == ("refunded", 4150)
    assert balances() == {"fund": 0, "cover": 0, "fees": 0, "provider": 0}


def test_a_refund_heard_of_twice_is_booked_once(paid, refund, now):
    gift = paid()
    row = refund(gift, 1000, state="pending")
    row.state = "succeeded"
    settlement.refunded(gift.payment, row, now=now)
    assert balances()["fund"] == 3000
    assert GiftRefund.objects.count() == 1
    assert Mail.objects.filter(template="donations/gift_refunded").count() == 1


def test_a_refund_that_comes_back_stands_in_the_fund_again(paid, refund, fail_refund):
    gift = paid(fee_cover_amount=151)
    row = refund(gift, 1000)
    fail_refund(gift, row)
    fail_refund(gift, row)
    assert (gift.state, gift.refunded_amount) == ("received", 0)
    assert balances() == {"fund": 4000, "cover": 151, "fees": 0, "provider": 4151}
    # Once, with the original of the receipt that counts it again.
    mail = Mail.objects.get(template="donations/refund_failed")
    told = compose(mail)
    assert told.subject == "$10.00 of your gift came back to us"
    [(name, content, _kind)] = attachments(mail)
    receipt = gift.receipts.live().get()
    assert name == f"{receipt.number}-en.pdf"
    assert content == as_pdf(receipt, language="en", is_original=True)
    refund(gift, 4151)
    assert balances() == {"fund": 0, "cover": 0, "fees": 0, "provider": 0}


def dispute(gift, now, **changes):
    rows = [{"id": "txn_1", "amount": -4000, "fee": 1500, "net": -5500, "currency": "usd"}]
    wanted = {"state": "needs_response", "balance_transactions": rows}
    row, _new = Dispute.objects.update_or_create(
        payment=gift.payment,
        dispute_id="dp_1",
        defaults={"amount": 4000, "currency": "usd", "opened_at": now, **wanted, **changes},
    )
    settlement.disputed(gift.payment, row, now=now)
    return row


def test_an_inquiry_moves_nothing(paid, now):
    dispute(paid(), now, state="warning_needs_response", balance_transactions=[])
    assert not Entry.objects.filter(source_key__startswith="dispute/").exists()


def test_a_lost_dispute_hits_operations_and_not_the_fund(paid, now):
    gift = paid()
    dispute(gift, now)
    assert ledger.balance(accounts.dispute_receivable("usd")) == 4000
    dispute(gift, now, state="lost")
    dispute(gift, now, state="lost")
    assert ledger.balance(accounts.dispute_receivable("usd")) == 0
    assert ledger.balance(accounts.dispute_loss("usd")) == 4000
    assert ledger.balance(accounts.dispute_fee("usd")) == 1500
    assert balances()["fund"] == 4000


def test_a_won_dispute_brings_the_money_back(paid, now):
    gift = paid()
    first = dispute(gift, now).balance_transactions
    back = [{"id": "txn_2", "amount": 4000, "fee": -1500, "net": 5500, "currency": "usd"}]
    dispute(gift, now, state="won", balance_transactions=first + back)
    assert balances()["provider"] == 4000
    assert ledger.balance(accounts.dispute_fee("usd")) == 0


def test_the_admin_finds_the_gift_of_a_payment(paid):
    gift = paid()
    assert settlement.admin_urls([gift.payment]) == {
        gift.payment_id: f"/admin/donations/gift/{gift.pk}/change/"
    }
