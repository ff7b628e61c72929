"""A contested gift against the real stand-in: books, campaign, receipt, mails and staff's queue."""

import pytest
from django.urls import reverse
from django.utils import timezone

from donations import erasing, overview, receipt_papers, standing
from donations.models import Campaign, Receipt
from partners import accounts, ledger
from partners.models import Entry
from tests.donations.conftest import all_is_well, give, take_in
from weintl.mail.composing import compose
from weintl.mail.models import Mail
from weintl.payments.models import Dispute
from weintl.staff.overview import waiting_for

pytestmark = pytest.mark.django_db
CONTESTED = "donations/gift_contested"


def contest(standin, gift, **given) -> dict:
    made = standin.dispute(charge=gift.payment.charge_id, **given)
    take_in()
    return made


def raised(gift) -> int:
    return Campaign.objects.get(pk=gift.campaign_id).raised.amount


def books(gift) -> dict[str, int]:
    code = gift.fund.account("usd").code
    refs = [accounts.dispute_receivable("usd"), accounts.dispute_loss("usd")]
    held = {ref.code: ledger.balance(ref) for ref in refs}
    return {"fund": ledger.balance(gift.fund.account("usd")), **held} | {"code": code}


def steps() -> list[str]:
    return [mail.context["step"] for mail in Mail.objects.filter(template=CONTESTED).order_by("pk")]


def receipts() -> list[tuple[int, str]]:
    return [
        (row.total_amount, row.voiding.reason if row.is_void else "")
        for row in Receipt.objects.order_by("pk")
    ]


@pytest.mark.parametrize("amount", [7300, 50, 123_457])
def test_opened_it_is_parked_told_and_waits_for_staff(standin, admin_user, amount):
    gift = give(standin, amount=amount)
    in_fund = books(gift)["fund"]
    contest(standin, gift)
    take_in()
    found = books(gift)
    assert (found["fund"], found["dispute_receivable:usd"]) == (in_fund, amount)
    assert raised(gift) == 0
    assert receipts() == [(amount, "")]
    # The gift's page names what the bank holds beside what was given.
    followed = Entry.objects.filter(source_key__in=standing.keys_of(gift))
    assert "dispute_opened" in followed.values_list("kind", flat=True)
    assert steps() == ["open"]
    [queue] = [row for row in waiting_for(admin_user) if "standing=answer" in row.url]
    assert queue.count == 1
    alert = Mail.objects.get(template="payments/dispute_alert")
    assert alert.context["due"] and "fraudulent" in compose(alert).body
    all_is_well()


def test_won_it_counts_again_and_its_receipt_never_ended(standin):
    gift = give(standin)
    made = contest(standin, gift)
    standin.close_dispute(made["id"], "won")
    take_in()
    take_in()
    assert books(gift)["dispute_receivable:usd"] == books(gift)["dispute_loss:usd"] == 0
    assert raised(gift) == 7300
    assert receipts() == [(7300, "")]
    assert steps() == ["open", "won"]
    all_is_well()


@pytest.mark.parametrize(("part", "rest"), [(None, 0), (3100, 4200)])
def test_lost_the_receipt_is_void_and_another_over_the_rest(standin, part, rest):
    gift = give(standin)
    in_fund = books(gift)["fund"]
    made = contest(standin, gift, **({"amount": part} if part else {}))
    standin.close_dispute(made["id"], "lost")
    take_in()
    found = books(gift)
    assert (found["fund"], found["dispute_loss:usd"]) == (in_fund, part or 7300)
    assert found["dispute_receivable:usd"] == 0
    assert raised(gift) == rest
    assert receipts() == [(7300, "disputed")] + ([(rest, "")] if rest else [])
    assert steps() == ["open", "lost"]
    [total] = overview.totals_of(gift.donor)
    assert total.money.amount == rest
    message = compose(Mail.objects.filter(template=CONTESTED).order_by("pk").last())
    assert ("A new one over the rest" in message.body) is bool(rest)
    assert len(message.attachments) == bool(rest)
    all_is_well()


def test_heard_of_late_only_the_end_is_told(standin):
    gift = give(standin)
    made = standin.dispute(charge=gift.payment.charge_id)
    standin.close_dispute(made["id"], "lost")
    take_in()
    assert steps() == ["lost"]
    assert raised(gift) == 0


def test_a_question_moves_nothing_and_is_shown_as_ended(standin, client, admin_user):
    gift = give(standin)
    made = contest(standin, gift, inquiry=True)
    assert (raised(gift), steps()) == (7300, [])
    assert "No money has moved" in client.get(gift.get_absolute_url()).content.decode()
    assert Dispute.objects.to_answer().count() == 1
    standin.close_dispute(made["id"], "won")
    take_in()
    assert "No money was taken" in client.get(gift.get_absolute_url()).content.decode()
    assert (Dispute.objects.get().standing, Dispute.objects.to_answer().count()) == ("dropped", 0)
    all_is_well()


def test_who_was_erased_is_written_to_no_more(standin):
    gift = give(standin)
    receipt_papers.keep_waiting()
    now = timezone.now()
    Mail.objects.update(state="sent", sent_at=now, subject="Sent", attempts=1)
    assert erasing.erase(gift.donor, now=now)
    before = Mail.objects.count()
    made = contest(standin, gift)
    standin.close_dispute(made["id"], "lost")
    take_in()
    assert steps() == []
    # Staff alone are told.
    assert Mail.objects.count() == before + 1
    assert raised(gift) == 0
    all_is_well()


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("", "en disputa"), ("won", "confirm"), ("lost", "banco")],
)
def test_donor_and_staff_see_it_in_both_languages(standin, client, admin_client, outcome, words):
    gift = give(standin, language="es")
    made = contest(standin, gift)
    if outcome:
        standin.close_dispute(made["id"], outcome)
        take_in()
    for mail in Mail.objects.filter(template=CONTESTED):
        assert "bank" not in compose(mail).body
    page = client.get(f"/es/giving/{gift.token}/").content.decode()
    assert words in page.lower()
    address = reverse("admin:donations_gift_change", args=[gift.pk])
    shown = admin_client.get(address).content.decode()
    assert str(Dispute.objects.get().standing.label) in shown
    listed = admin_client.get(reverse("admin:payments_dispute_changelist"), {"standing": "answer"})
    assert ("needs_response" in listed.content.decode()) is not bool(outcome)
