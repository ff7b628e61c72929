"""A payout goes from draft to paid or failed; each step has its person and its entry."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from partners import accounts, bank, exports, ledger, payouts
from partners.models import Entry, Payout, PayoutItem
from tests.factories.partners import (
    ProgrammeFactory,
    StaffFactory,
    bank_details,
    piece,
    sell,
    take_back,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PAYABLE = accounts.maker_payable("usd", "loom")
TRANSIT = accounts.payout_transit("usd", "loom")


@pytest.fixture
def loom(now):
    """A programme whose two pieces have matured, with bank details in force."""
    programme = ProgrammeFactory(code="loom")
    bank_details(programme, at=now)
    sell(piece(1), piece(2), at=now - 9 * DAY, matures=now - DAY)
    return programme


@pytest.fixture
def people():
    return StaffFactory(), StaffFactory(), StaffFactory()


def draft(programme, now, actor=None) -> Payout:
    return payouts.propose(programme=programme, currency="usd", cut_off=now, actor=actor, now=now)


def submitted(programme, now, people) -> Payout:
    return payouts.submit(payout=draft(programme, now, people[0]), actor=people[1], now=now)


def approve(payout, actor, now, *, four_eyes=True, seen=None) -> Payout:
    return payouts.approve(
        payout=payout,
        seen=payouts.fingerprint(payout) if seen is None else seen,
        actor=actor,
        now=now,
        four_eyes=four_eyes,
    )


def exported(payout, now) -> Payout:
    exports.export(payouts=[payout], actor=StaffFactory(), now=now)
    payout.refresh_from_db()
    return payout


def test_a_draft_holds_what_has_matured_and_writes_nothing(loom, now):
    sell(piece(3), at=now - DAY, matures=now + DAY)
    before = Entry.objects.count()
    payout = draft(loom, now)
    assert (payout.number, payout.state, payout.amount) == ("2026-11-loom-usd", "draft", 2_600)
    assert [(a.code, n) for a, n in payouts.parts(payout)] == [
        ("fund:usd:loom:education", 300),
        ("fund:usd:loom:long_term_care", 500),
        ("maker_payable:usd:loom", 1_800),
    ]
    assert Entry.objects.count() == before


def test_nothing_is_proposed_twice(loom, now):
    draft(loom, now)
    with pytest.raises(payouts.AlreadyThere):
        draft(loom, now)
    with pytest.raises(payouts.NothingDue):
        draft(loom, now + 30 * DAY)


def test_beat_proposes_last_month_for_every_programme_that_has_something(loom, now):
    ProgrammeFactory(code="idle")
    assert payouts.propose_all(now=now) == []
    december = now.replace(month=12, day=2)
    assert [row.number for row in payouts.propose_all(now=december)] == ["2026-11-loom-usd"]
    assert payouts.propose_all(now=december) == []


def test_an_account_below_zero_waits_and_the_others_are_paid(loom, now):
    sell(piece(8, uses={"education": 400}), at=now - 9 * DAY, matures=now - 8 * DAY)
    first = payouts.submit(payout=draft(loom, now), actor=StaffFactory(), now=now)
    approve(first, StaffFactory(), now)
    take_back(piece(8, uses={"education": 400}), at=now, key="r", is_dispatched=True)
    sell(piece(9), at=now, matures=now)
    later = now + 30 * DAY
    payout = draft(loom, later)
    # Education is at 150 - 400: it waits whole, and is offset once by what comes.
    assert payout.amount == 900 + 250
    sell(piece(10, uses={"education": 300}), at=later, matures=later)
    last = draft(loom, later + 31 * DAY)
    assert {a.code: n for a, n in payouts.parts(last)}["fund:usd:loom:education"] == 50


def test_approval_moves_the_parts_into_transit_and_payment_to_the_bank(loom, now, people):
    payout = approve(submitted(loom, now, people), people[2], now)
    assert (payout.state, payout.bank_masked) == ("approved", "•••• 7890")
    assert (ledger.balance(PAYABLE), ledger.balance(TRANSIT)) == (0, 2_600)
    assert ledger.exists("payout/2026-11-loom-usd/approved")
    payout = payouts.mark_paid(
        payout=exported(payout, now),
        reference="B-77",
        fee=125,
        paid_on=now.date(),
        actor=people[0],
        now=now + DAY,
    )
    assert payout.state == "paid"
    assert ledger.balance(TRANSIT) == 0
    assert ledger.balance(accounts.bank("usd")) == -2_725
    assert ledger.balance(accounts.fees("usd")) == 125


def test_a_payout_that_failed_is_owed_again_and_retried_once(loom, now, people):
    payout = approve(submitted(loom, now, people), people[2], now)
    payouts.mark_failed(payout=payout, reason="Account closed", actor=people[0], now=now + DAY)
    assert (ledger.balance(PAYABLE), ledger.balance(TRANSIT)) == (1_800, 0)
    again = draft(loom, now + DAY)
    assert (again.number, again.amount) == ("2026-11-loom-usd-2", 2_600)
    assert PayoutItem.objects.filter(is_live=True).count() == 6


@pytest.mark.parametrize("who", [0, 1])
def test_who_proposed_or_submitted_does_not_approve(loom, now, people, who):
    payout = submitted(loom, now, people)
    with pytest.raises(payouts.SecondPersonNeeded):
        approve(payout, people[who], now)
    with pytest.raises(IntegrityError, match="payout_second_person"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(approved_by=people[who])


def test_who_adjusted_does_not_approve(loom, now, people):
    payout = draft(loom, now)
    item = payout.items.filter(amount=900).first()
    payouts.take_out(
        payout=payout, item_ids=[item.pk], reason="Asked to wait", actor=people[2], now=now
    )
    payout = payouts.submit(payout=payout, actor=people[1], now=now)
    assert payout.amount == 1_700
    with pytest.raises(payouts.SecondPersonNeeded):
        approve(payout, people[2], now)
    approve(payout, people[0], now)
    assert draft(loom, now + 30 * DAY).amount == 900


def test_one_person_may_do_all_where_it_is_said_and_that_stays(loom, now, people):
    payout = submitted(loom, now, people)
    payout = approve(payout, people[0], now, four_eyes=False)
    assert payout.is_single_handed
    with pytest.raises(IntegrityError), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(is_single_handed=False)


def test_nobody_approves_what_was_changed_behind_the_page(loom, now, people):
    payout = submitted(loom, now, people)
    seen = payouts.fingerprint(payout)
    payouts.send_back(payout=payout, reason="One too many")
    item = payout.items.first()
    payouts.take_out(payout=payout, item_ids=[item.pk], reason="x", actor=people[0], now=now)
    payouts.submit(payout=payout, actor=people[1], now=now)
    with pytest.raises(payouts.Changed):
        approve(payout, people[2], now, seen=seen)


def test_a_refund_after_the_draft_stops_the_approval(loom, now, people):
    payout = submitted(loom, now, people)
    take_back(piece(1), at=now, key="r", is_dispatched=True)
    with pytest.raises(payouts.TooLittle):
        approve(payout, people[2], now)
    payouts.drop(payout=payout, reason="A refund", actor=people[0], now=now)
    assert draft(loom, now + DAY).amount == 2_200


def test_nothing_is_approved_without_bank_details_in_force(loom, now, people):
    payout = submitted(loom, now, people)
    newer = bank.propose(
        programme=loom,
        account=bank.Account("Loom", "99887766", "", "US"),
        reason="Moved",
        actor=people[0],
        now=now,
    )
    bank.approve(details=newer, number="99887766", actor=people[1], now=now, four_eyes=True)
    for at in (now, now + 6 * DAY):
        with pytest.raises(payouts.NoAccount):
            approve(payout, people[2], at)
    assert approve(payout, people[2], now + 8 * DAY).bank_details == newer


def test_a_draft_is_never_emptied_and_debits_stay_in(loom, now, people):
    take_back(piece(2), at=now - DAY, key="r", is_dispatched=True)
    payout = draft(loom, now)
    debit = payout.items.filter(amount__lt=0).first()
    for chosen in ([debit.pk], list(payout.items.values_list("pk", flat=True)), []):
        with pytest.raises(payouts.NotPossible):
            payouts.take_out(payout=payout, item_ids=chosen, reason="x", actor=people[0], now=now)


def test_the_day_of_payment_lies_between_approval_and_today(loom, now, people):
    payout = exported(approve(submitted(loom, now, people), people[2], now), now)
    for wrong in (now.date() - DAY, now.date() + 2 * DAY):
        with pytest.raises(payouts.WrongDay):
            payouts.mark_paid(
                payout=payout, reference="B", fee=0, paid_on=wrong, actor=people[0], now=now + DAY
            )


def test_who_comes_after_an_approval_is_not_told_that_they_approved(loom, now, people):
    payout = submitted(loom, now, people)
    seen = payouts.fingerprint(payout)
    approve(payout, people[2], now, seen=seen)
    for late in (people[0], StaffFactory()):
        with pytest.raises(payouts.AlreadyApproved):
            approve(payout, late, now, seen=seen)


def test_approving_twice_posts_once(loom, now, people):
    payout = submitted(loom, now, people)
    seen = payouts.fingerprint(payout)
    approve(payout, people[2], now, seen=seen)
    assert approve(payout, people[2], now, seen=seen).state == "approved"
    assert Entry.objects.filter(kind="payout_approved").count() == 1
