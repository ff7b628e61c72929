"""The trial balance in the admin: for readers of the ledger, as of any day, and as CSV."""

import html
from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from partners.admin.trial_balance import months
from tests.factories.closing import IN_APRIL, IN_MARCH, book
from tests.factories.partners import StaffFactory
from weintl.staff import groups

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/partners/account/trial-balance/"


@pytest.fixture
def books():
    book("march", IN_MARCH, 500)
    book("april", IN_APRIL, 70)


def member(client, name: str):
    groups.ensure()
    person = StaffFactory()
    person.groups.add(Group.objects.get(name=name))
    client.force_login(person)
    return client


@pytest.mark.parametrize("group", ["auditor", "finance"])
def test_auditors_and_finance_read_it(client, books, group):
    page = member(client, group).get(ADDRESS, {"until": "2026-03-31"})
    text = html.unescape(page.content.decode())
    assert "provider:usd" in text
    assert "$5.00" in text
    assert "Debits equal credits." in text


@pytest.mark.parametrize("group", ["editor", "fulfilment"])
def test_others_do_not(client, books, group):
    assert member(client, group).get(ADDRESS).status_code == 403


def test_csv_of_a_month(client, books):
    page = member(client, "auditor").get(
        ADDRESS, {"since": "2026-04-01", "until": "2026-04-30", "format": "csv"}
    )
    assert page["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="trial-balance-2026-04-01-2026-04-30.csv"' in page["Content-Disposition"]
    assert "provider:usd,provider,usd,5.00,0.70,0.00,5.70" in page.content.decode()


@pytest.mark.parametrize("until", ["nonsense", "", "2026-02-30"])
def test_a_day_that_is_none_shows_all(client, books, until):
    page = member(client, "auditor").get(ADDRESS, {"until": until})
    assert page.status_code == 200


def test_each_account_leads_to_its_transfers_and_the_list_leads_here(client, books):
    client = member(client, "auditor")
    page = client.get(ADDRESS)
    assert reverse("admin:partners_transfer_changelist") in page.content.decode()
    assert ADDRESS in client.get(reverse("admin:partners_account_changelist")).content.decode()


def test_months_end_where_the_next_begins():
    assert months(today=date(2026, 1, 15), count=2) == [
        (date(2026, 1, 1), date(2026, 1, 31)),
        (date(2025, 12, 1), date(2025, 12, 31)),
    ]


def test_the_ledger_filters_by_accounting_month(client, books):
    client = member(client, "auditor")
    for model in ("entry", "transfer"):
        page = client.get(reverse(f"admin:partners_{model}_changelist"), {"accounted": "2026-03"})
        assert page.context["cl"].result_count == 1
        page = client.get(reverse(f"admin:partners_{model}_changelist"), {"accounted": "soon"})
        assert page.status_code in {200, 302}
