"""The page of the proof: auditors and finance read it, in both languages."""

import html

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from tests.factories.donations import gift_received
from tests.factories.marketplace import AT
from tests.factories.partners import StaffFactory
from weintl.payments.models import Reconciliation
from weintl.staff import groups

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/proof/"


def member(client, name: str):
    groups.ensure()
    person = StaffFactory()
    person.groups.add(Group.objects.get(name=name))
    client.force_login(person)
    return client


@pytest.fixture
def books():
    gift_received()
    Reconciliation.objects.create(
        currency="usd", from_at=AT, cut_off_at=AT, run_at=AT, in_flight=4000, ledger_balance=4000
    )


@pytest.mark.parametrize("group", ["auditor", "finance", "finance approver"])
def test_auditors_and_finance_read_it(client, books, group):
    text = html.unescape(member(client, group).get(ADDRESS).content.decode())
    assert "Proved to the cent." in text
    assert "$40.00" in text
    assert reverse("admin:partners_entry_changelist") in text


def test_it_is_written_in_spanish_too(client, books):
    client = member(client, "auditor")
    client.cookies["django_language"] = "es"
    text = html.unescape(client.get(ADDRESS, headers={"accept-language": "es"}).content.decode())
    assert "Probado al céntimo." in text


@pytest.mark.parametrize("group", ["editor", "fulfilment", "partners", "shop"])
def test_others_do_not(client, books, group):
    assert member(client, group).get(ADDRESS).status_code == 403


def test_what_differs_is_said_in_words(client, books):
    Reconciliation.objects.update(provider_balance=1)
    text = member(client, "auditor").get(ADDRESS).content.decode()
    assert "Not proved." in text
    assert "differs" in text


def test_before_the_first_comparison_it_says_so(client):
    text = member(client, "auditor").get(ADDRESS).content.decode()
    assert "Nothing was compared with the provider yet." in text


def test_the_first_page_leads_there_those_who_may(client, books):
    assert ADDRESS in member(client, "auditor").get("/admin/").content.decode()
    assert ADDRESS not in member(client, "partners").get("/admin/").content.decode()
