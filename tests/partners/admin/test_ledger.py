"""The ledger is read in the admin, by few statements, and changed by nobody."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners import accounts, ledger, postings
from partners.admin.ledger import Bounded
from partners.ledger import Draft, Leg
from partners.models import Account, Entry, Seal, Transfer
from partners.sources import source_address
from tests.factories.partners import ProgrammeFactory, StaffFactory

pytestmark = pytest.mark.django_db

MODELS = ["account", "entry", "transfer", "seal", "maturity"]
GIFT = {"payment_key": "0b8f7a44-9c3e-4f7c-8d11-0a1b2c3d4e5f", "currency": "usd"}


@pytest.fixture
def books(now):
    """A gift, matured; an entry and its reversal; a seal."""
    ProgrammeFactory(code="loom")
    fund = accounts.fund("usd", "loom", "education")
    postings.post_gift(**GIFT, amount=5_000, fee_cover=10, fund=fund, occurred_at=now)
    legs = [Leg(accounts.artisan_cost("usd"), accounts.maker_payable("usd", "loom"), 900)]
    ledger.post([Draft("correction", "x", now, legs)])
    ledger.reverse(of_key="x", source_key="y", kind="correction", occurred_at=now)
    Seal.objects.create(entry=Entry.objects.first(), position=1, digest="0" * 64, sealed_at=now)


@pytest.fixture
def chief(client):
    client.force_login(StaffFactory(is_superuser=True))
    return client


def listed(model: str) -> str:
    return reverse(f"admin:partners_{model}_changelist")


def first_page(model: str) -> str:
    row = {
        "account": Account.objects.get(code="fund:usd:loom:education"),
        "entry": Entry.objects.get(source_key="x"),
        "transfer": Transfer.objects.first(),
        "seal": Seal.objects.first(),
        "maturity": Entry.objects.first().maturities.get()
        if Entry.objects.first().maturities.exists()
        else None,
    }[model]
    return reverse(f"admin:partners_{model}_change", args=[row.pk])


@pytest.mark.parametrize("model", MODELS)
def test_everything_can_be_seen(books, chief, model):
    assert chief.get(listed(model)).status_code == 200
    assert chief.get(listed(model), {"q": "loom"}).status_code == 200
    assert chief.get(first_page(model)).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_nothing_can_be_added_changed_or_deleted(books, chief, model):
    page = first_page(model)
    assert chief.get(reverse(f"admin:partners_{model}_add")).status_code == 403
    assert chief.post(page, {"kind": "gift"}).status_code == 403
    assert chief.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert b"delete_selected" not in chief.get(listed(model)).content


def test_a_balance_leads_to_the_transfers_of_its_account(books, chief):
    fund = Account.objects.get(code="fund:usd:loom:education")
    assert b"$50.00" in chief.get(listed("account")).content
    shown = chief.get(listed("transfer"), {"account": fund.pk}).content.decode()
    assert "$50.00" in shown
    assert "$9.00" not in shown
    assert chief.get(listed("transfer"), {"account": "x"}).status_code in (200, 302)


def test_an_entry_shows_its_transfers_and_its_reversal(books, chief):
    shown = chief.get(first_page("entry")).content.decode()
    assert "$9.00" in shown
    assert "maker_payable:usd:loom" in shown
    assert (
        reverse("admin:partners_entry_change", args=[Entry.objects.get(source_key="y").pk]) in shown
    )


def test_an_entry_leads_to_what_it_came_from():
    assert source_address("refund/7/sent") == (
        reverse("admin:payments_refund_changelist") + "?id__exact=7"
    )
    assert source_address("goods/7/in") == ""
    assert source_address("odd") == ""


def test_that_way_leads_to_a_page(books, chief):
    address = source_address(Entry.objects.get(kind="gift").source_key)
    assert "public_id__exact" in address
    assert chief.get(address).status_code == 200


@pytest.mark.parametrize("model", ["account", "entry", "transfer"])
def test_lists_need_as_many_statements_for_many_rows_as_for_few(
    books, chief, now, model, django_assert_max_num_queries
):
    chief.get(listed(model))
    for number in range(20):
        ProgrammeFactory(code=f"p{number}")
        legs = [Leg(accounts.artisan_cost("usd"), accounts.maker_payable("usd", f"p{number}"), 1)]
        ledger.post([Draft("correction", f"n{number}", now, legs)])
    with django_assert_max_num_queries(10):
        assert chief.get(listed(model)).status_code == 200


def test_transfers_of_one_account_are_counted_up_to_a_limit_and_without_a_row_of_years(
    books, chief, now, monkeypatch
):
    monkeypatch.setattr(Bounded, "MOST", 3)
    for number in range(5):
        legs = [Leg(accounts.provider("usd"), accounts.sales("usd"), 1)]
        ledger.post([Draft("correction", f"n{number}", now, legs)])
    account = Account.objects.get(code="provider:usd")
    with CaptureQueriesContext(connection) as context:
        page = chief.get(listed("transfer"), {"account": account.pk})
    found = page.context["cl"]
    assert found.result_count == 3
    assert found.date_hierarchy is None
    counts = [one["sql"] for one in context.captured_queries if "COUNT(*)" in one["sql"]]
    assert all("LIMIT 3" in sql for sql in counts if "partners_transfer" in sql)
    assert chief.get(listed("transfer")).context["cl"].date_hierarchy == "occurred_at"


def test_transfers_filter_by_currency(books, chief):
    page = chief.get(listed("transfer"), {"currency": "eur"})
    assert page.context["cl"].result_count == Transfer.objects.filter(currency="eur").count()
