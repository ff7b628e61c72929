"""Staff take a payout from proposal to payment; each act says first what it will do."""

import re
import time
from datetime import timedelta

import pytest
from allauth.account.internal.flows import login
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.admin.payout_acts import ACTS, form_of
from partners.models import BankFile, Payout, Statement
from tests.factories.partners import (
    ProgrammeFactory,
    StaffFactory,
    approved_payout,
    bank_details,
    piece,
    sell,
)
from weintl.staff import groups

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def signed_in(user, *, fresh: bool = True) -> Client:
    """Return a browser of `user`, who has just given the password if `fresh`."""
    client = Client()
    client.force_login(user)
    session = client.session
    if fresh:
        record = {"method": "password", "at": time.time(), "reauthenticated": True}
        session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [record]
        session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    return client


@pytest.fixture
def loom():
    programme = ProgrammeFactory(code="loom")
    at = timezone.now() - DAY
    bank_details(programme, at=at)
    sell(piece(1), piece(2), at=at - 9 * DAY, matures=at - DAY)
    return programme


@pytest.fixture
def people():
    groups.ensure()
    found = [StaffFactory() for _ in range(2)]
    found[0].groups.add(Group.objects.get(name="finance"))
    found[1].groups.add(Group.objects.get(name="finance approver"))
    return found


def propose(browser, programme) -> Payout:
    now = timezone.localtime()
    answer = browser.post(
        reverse("admin:partners_payout_propose"),
        {
            "programme": programme.pk,
            "currency": "usd",
            "cut_off_0": f"{now:%Y-%m-%d}",
            "cut_off_1": f"{now:%H:%M:%S}",
        },
    )
    assert answer.status_code == 302, answer.context["form"].errors
    return Payout.objects.latest("pk")


def act(browser, payout, name, **data):
    """Look at what an act will do, then do it."""
    address = reverse("admin:partners_payout_act", args=[payout.pk, name])
    asked = browser.get(address)
    assert asked.status_code == 200
    hidden = {key: asked.context["form"].initial.get(key, "") for key in ("seen",)}
    return browser.post(address, {**hidden, **data}, follow=True)


def test_two_people_take_a_payout_to_the_bank(loom, people):
    finance, approver = (signed_in(person) for person in people)
    assert b"$26.00" in finance.get(reverse("admin:partners_payout_propose")).content
    payout = propose(finance, loom)
    page = reverse("admin:partners_payout_change", args=[payout.pk])
    assert b"maker_payable:usd:loom" in finance.get(page).content
    act(finance, payout, "submit")
    refused = act(finance, payout, "approve")
    assert b"another person approves it" in refused.content
    asked = approver.get(reverse("admin:partners_payout_act", args=[payout.pk, "approve"]))
    assert "•••• 7890".encode() in asked.content
    act(approver, payout, "approve")
    act(finance, payout, "export")
    kept = BankFile.objects.get()
    file = finance.get(reverse("admin:partners_bankfile_file", args=[kept.pk]))
    assert b"001234567890" in file.content
    assert "attachment" in file["Content-Disposition"]
    today = timezone.localdate().isoformat()
    done = act(finance, payout, "paid", paid_on=today, reference="B-1", fee="1.25")
    payout.refresh_from_db()
    assert (payout.state, payout.bank_fee) == ("paid", 125)
    assert b"B-1" in done.content
    assert payout.statement.number == f"ST-{timezone.localdate().year}-000001"
    back = {"returned_on": today, "reference": "R-9", "fee": "", "reason": "Account closed"}
    page = act(finance, payout, "returned", **back)
    payout.refresh_from_db()
    assert (payout.state, payout.return_fee) == ("returned", 0)
    assert b"R-9" in page.content
    assert propose(finance, loom).amount == payout.amount


def test_a_fee_is_typed_in_the_currency_of_the_payout():
    for currency, typed, kept in (("jpy", "300", 300), ("usd", "3.00", 300)):
        payout = Payout(number="x", currency=currency)
        data = {"paid_on": "2026-11-24", "reference": "B", "fee": typed}
        form = form_of(ACTS["paid"], payout, data)
        assert form.is_valid(), form.errors
        assert form.cleaned_data["fee"] == kept
        assert currency.upper() in form.fields["fee"].label


def test_items_are_taken_out_with_a_reason(loom, people):
    finance = signed_in(people[0])
    payout = propose(finance, loom)
    item = payout.items.filter(amount=900).first()
    act(finance, payout, "take-out", items=[item.pk], reason="Asked to wait")
    payout.refresh_from_db()
    assert payout.amount == 1_700
    page = finance.get(reverse("admin:partners_payout_change", args=[payout.pk]))
    assert b"Asked to wait" in page.content


@pytest.mark.parametrize("name", ["send-back", "drop"])
def test_what_was_submitted_goes_back_or_is_dropped(loom, people, name):
    finance = signed_in(people[0])
    payout = propose(finance, loom)
    act(finance, payout, "submit")
    act(finance, payout, name, reason="Wrong month")
    payout.refresh_from_db()
    assert payout.state == ("draft" if name == "send-back" else "dropped")


def test_a_failed_payout_is_owed_again(loom, people):
    finance, approver = (signed_in(person) for person in people)
    payout = propose(finance, loom)
    act(finance, payout, "submit")
    act(approver, payout, "approve")
    act(finance, payout, "failed", reason="Account closed")
    payout.refresh_from_db()
    assert payout.state == "failed"
    assert propose(finance, loom).amount == payout.amount


def test_an_act_that_is_not_possible_says_why(loom, people):
    finance = signed_in(people[0])
    payout = propose(finance, loom)
    assert b"not possible for the payout as it is now" in act(finance, payout, "export").content
    address = reverse("admin:partners_payout_act", args=[payout.pk, "nothing"])
    assert finance.get(address).status_code == 404


def test_odd_cut_offs_and_ids_are_refused_in_words(loom, people):
    finance = signed_in(people[0])
    data = {"programme": loom.pk, "currency": "usd", "cut_off_1": "00:00:00"}
    odd = {**data, "cut_off_0": "0001-01-01"}
    answer = finance.post(reverse("admin:partners_payout_propose"), odd)
    assert "Nothing may be paid out" in answer.content.decode()
    for ids in ("", "²", "-1", "9" * 30, "9" * 5000):
        answer = finance.post(reverse("admin:partners_payout_export") + f"?ids={ids}")
        assert b"not possible for the payout as it is now" in answer.content
    assert not Payout.objects.exists()


def test_old_sign_ins_are_asked_anew(loom, people):
    payout = propose(signed_in(people[0]), loom)
    stale = signed_in(people[0], fresh=False)
    for name in ("submit", "approve", "export", "paid", "returned"):
        answer = stale.post(reverse("admin:partners_payout_act", args=[payout.pk, name]))
        assert answer.status_code == 302
        assert "reauthenticate" in answer["Location"]
    assert Payout.objects.get().state == "draft"


@pytest.mark.parametrize("group", ["auditor", "partners"])
def test_who_only_reads_does_nothing(loom, people, group):
    payout = propose(signed_in(people[0]), loom)
    reader = StaffFactory()
    reader.groups.add(Group.objects.get(name=group))
    browser = signed_in(reader)
    page = browser.get(reverse("admin:partners_payout_change", args=[payout.pk]))
    assert page.status_code == 200
    assert not re.search(rb"/act/\w", page.content)
    for address in (
        reverse("admin:partners_payout_propose"),
        reverse("admin:partners_payout_act", args=[payout.pk, "submit"]),
        reverse("admin:partners_statement_issue"),
        reverse("admin:partners_bankdetails_propose"),
    ):
        assert browser.post(address, {}).status_code == 403
    assert not Statement.objects.exists()


def test_several_payouts_go_into_one_file(people):
    now = timezone.now() - DAY
    chosen = []
    for number, code in enumerate(("loom", "kiln"), start=1):
        programme = ProgrammeFactory(code=code)
        bank_details(programme, at=now, number=f"00112233{number:04d}")
        sell(piece(number, programme=code), at=now - 9 * DAY, matures=now - DAY)
        chosen.append(approved_payout(programme, at=now))
    browser = signed_in(people[0])
    answer = browser.post(
        reverse("admin:partners_payout_changelist"),
        {"action": "export_chosen", "_selected_action": [row.pk for row in chosen]},
    )
    asked = browser.get(answer["Location"])
    assert all(row.number in asked.content.decode() for row in chosen)
    assert not BankFile.objects.exists()
    done = browser.post(answer["Location"], follow=True)
    assert all(row.number in done.content.decode() for row in chosen)
    assert BankFile.objects.get().rows.count() == 2
    again = browser.post(answer["Location"])
    assert b"not possible for the payout as it is now" in again.content
