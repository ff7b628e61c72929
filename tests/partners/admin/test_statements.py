"""From a line of a statement to its entry and transfers in two clicks; papers; by hand."""

import re
import time
from datetime import timedelta

import pytest
from allauth.account.internal.flows import login
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.models import Statement
from tests.factories.partners import (
    ProgrammeFactory,
    StaffFactory,
    bank_details,
    paid_payout,
    piece,
    sell,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def browser() -> Client:
    client, user = Client(), StaffFactory(is_superuser=True)
    client.force_login(user)
    session = client.session
    record = {"method": "password", "at": time.time(), "reauthenticated": True}
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [record]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    return client


@pytest.fixture
def statement():
    now = timezone.now() - 5 * DAY
    programme = ProgrammeFactory(code="loom")
    bank_details(programme, at=now)
    sell(piece(1), at=now - 9 * DAY, matures=now - DAY)
    return paid_payout(programme, at=now, paid_at=now + DAY).statement


def test_a_line_leads_to_its_entry_and_there_are_the_transfers(browser, statement):
    page = browser.get(reverse("admin:partners_statement_change", args=[statement.pk]))
    address = re.search(r'href="([^"]+)">piece 1</a>', page.content.decode()).group(1)
    entry = browser.get(address).content
    assert b"unit/1/split" in entry
    assert b"maker_payable:usd:loom" in entry
    assert b"$9.00" in entry


@pytest.mark.parametrize(
    ("language", "form", "begin"),
    [("en", "pdf", b"%PDF"), ("es", "pdf", b"%PDF"), ("en", "csv", b"day,"), ("es", "csv", b"d")],
)
def test_papers_are_fetched_and_the_same_each_time(browser, statement, language, form, begin):
    address = reverse("admin:partners_statement_paper", args=[statement.pk, language, form])
    first = browser.get(address)
    assert first.content.startswith(begin)
    assert statement.number in first["Content-Disposition"]
    assert browser.get(address).content == first.content


@pytest.mark.parametrize("rest", ["de/pdf", "en/exe"])
def test_there_are_no_other_papers(browser, statement, rest):
    page = reverse("admin:partners_statement_changelist")
    assert browser.get(f"{page}{statement.pk}/{rest}/").status_code == 404


def test_one_is_issued_for_some_days(browser, statement):
    day = timezone.localdate()
    data = {"programme": statement.programme_id, "currency": "usd"}
    issue = reverse("admin:partners_statement_issue")
    wrong = browser.post(issue, {**data, "first": day - DAY, "last": day})
    assert b"must end before now" in wrong.content
    browser.post(issue, {**data, "first": day - 20 * DAY, "last": day - DAY})
    made = Statement.objects.latest("pk")
    assert made.sequence == 2
    assert made.payout is None
    assert len(made.contents["movements"]) == 6
