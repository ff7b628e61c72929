"""Closing in the admin: finance proposes, another approves, the rest reads or sees nothing."""

import html
import time

import pytest
from allauth.account.internal.flows import login
from django.contrib.auth.models import Group
from django.urls import reverse

from partners.models import ClosedMonth
from tests.factories.closing import IN_APRIL, IN_MARCH, book, compared, sealed
from tests.factories.partners import StaffFactory
from weintl.staff import groups

pytestmark = pytest.mark.django_db

PROPOSE = "/admin/partners/closedmonth/propose/"


@pytest.fixture
def books():
    sealed(book("march", IN_MARCH))
    compared(IN_APRIL)


def sign_in(client, group: str):
    """Sign somebody of that group in, freshly."""
    groups.ensure()
    person = StaffFactory()
    person.groups.add(Group.objects.get(name=group))
    client.force_login(person)
    session = client.session
    record = {"method": "password", "at": time.time(), "reauthenticated": True}
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [record]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person.pk)
    session.save()
    return person


def close(row) -> str:
    return reverse("admin:partners_closedmonth_close", args=[row.pk])


def test_finance_proposes_and_the_approver_closes(client, books):
    sign_in(client, "finance")
    page = client.get(PROPOSE)
    assert "Nothing stands in the way." in page.content.decode()
    assert client.post(PROPOSE).status_code == 302
    row = ClosedMonth.objects.get()
    assert client.post(close(row)).status_code == 200
    row.refresh_from_db()
    assert row.approved_at is None
    approver = sign_in(client, "finance approver")
    assert client.get(close(row)).status_code == 200
    assert client.post(close(row)).status_code == 302
    row.refresh_from_db()
    assert row.approved_by == approver
    page = client.get(reverse("admin:partners_closedmonth_change", args=[row.pk]))
    text = html.unescape(page.content.decode())
    assert row.chain_digest in text
    assert "provider:usd" in text


def test_the_proposer_cannot_close_not_even_as_administrator(client, books):
    person = sign_in(client, "finance")
    client.post(PROPOSE)
    person.is_superuser = True
    person.save()
    row = ClosedMonth.objects.get()
    page = client.post(close(row))
    assert "another person closes the month" in html.unescape(page.content.decode())
    row.refresh_from_db()
    assert row.approved_at is None


def test_what_stands_in_the_way_is_listed_with_its_place(client):
    book("unsealed", IN_MARCH)
    sign_in(client, "finance")
    text = client.get(PROPOSE).content.decode()
    assert reverse("admin:payments_reconciliation_changelist") in text
    page = client.post(PROPOSE)
    assert "Something stands in the way" in html.unescape(page.content.decode())
    assert not ClosedMonth.objects.exists()


def test_a_proposal_is_taken_back(client, books):
    sign_in(client, "finance")
    client.post(PROPOSE)
    row = ClosedMonth.objects.get()
    address = reverse("admin:partners_closedmonth_withdraw", args=[row.pk])
    assert client.get(address).status_code == 405
    client.post(address)
    assert not ClosedMonth.objects.exists()


@pytest.mark.parametrize("group", ["auditor", "partners", "editor", "shop"])
def test_others_close_nothing_by_direct_post(client, books, group):
    row = ClosedMonth.objects.create(
        month="2026-03-01", proposed_by=StaffFactory(), proposed_at=IN_APRIL
    )
    sign_in(client, group)
    withdraw = reverse("admin:partners_closedmonth_withdraw", args=[row.pk])
    for address in (PROPOSE, close(row), withdraw):
        assert client.post(address).status_code == 403
    row.refresh_from_db()
    assert row.approved_at is None


def test_a_stale_sign_in_is_asked_again(client, books):
    sign_in(client, "finance")
    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = []
    session.save()
    assert client.post(PROPOSE).status_code == 302
    assert not ClosedMonth.objects.exists()


def test_before_anything_was_booked_there_is_nothing_to_close(client):
    sign_in(client, "finance")
    assert "Nothing was booked yet." in client.get(PROPOSE).content.decode()
    assert client.post(PROPOSE).status_code == 200
