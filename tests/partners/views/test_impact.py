"""The page of public totals and its data: the ledger's sums, and nothing of few people."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from partners import accounts, allocations, ledger
from partners.ledger import Draft, Leg
from partners.models import Partner, Seal
from tests.factories.allocations import AllocationFactory, fill_pool
from tests.factories.partners import PartnerFactory, ProgrammeFactory, StaffFactory

pytestmark = pytest.mark.django_db
Q3 = datetime(2026, 8, 1, tzinfo=UTC)
Q4 = datetime(2026, 11, 1, tzinfo=UTC)


def sell(code: str, count: int, *, at: datetime) -> None:
    """Sell pieces of 9.00 to makers and 3.00 to education."""
    for number in range(count):
        legs = [
            Leg(accounts.artisan_cost("usd"), accounts.maker_payable("usd", code), 900),
            Leg(accounts.programme_cost("usd"), accounts.fund("usd", code, "education"), 300),
        ]
        key = f"{code}-{at:%y-%m}-{number}"
        ledger.post([Draft("unit_split", f"unit/{key}/split", at, legs, {"payment": key})])


@pytest.fixture
def looms():
    return ProgrammeFactory(code="loom", name_en="Looms", name_es="Telares")


def rows_of(client, language="en"):
    answer = client.get(f"/{language}/impact/figures.csv")
    assert answer["Cache-Control"] == "public, max-age=60"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_totals_by_use_programme_and_quarter_are_the_ledgers(client, looms):
    sell("loom", 10, at=Q3)
    sell("loom", 12, at=Q4)
    shown = client.get("/en/impact/").content.decode()
    for amount in ("$264.00", "$198.00", "$66.00", "$120.00", "$144.00"):
        assert amount in shown
    assert "Q3 2026" in shown
    assert looms.get_absolute_url() in shown
    assert 'class="cloth"' in shown
    assert 'class="chart"' in shown
    spanish = client.get("/es/impact/").content.decode()
    assert "T3 2026" in spanish
    assert "Telares" in spanish


def test_refunds_lower_and_payouts_do_not(client, looms):
    sell("loom", 12, at=Q4)
    ledger.reverse(
        of_key="unit/loom-26-11-0/split",
        source_key="refund/1/sent",
        kind="unit_refund",
        occurred_at=Q4,
    )
    out = Leg(
        accounts.fund("usd", "loom", "education"), accounts.payout_transit("usd", "loom"), 900
    )
    ledger.post([Draft("correction", "payout/1", Q4, [out])])
    amounts = {row["use"]: row["amount"] for row in rows_of(client) if row["use"]}
    assert amounts == {"artisan_pay": "99.00", "education": "33.00"}


def test_nine_people_are_hidden_everywhere(client, looms):
    sell("loom", 9, at=Q4)
    assert "once 10 people have bought or given" in client.get("/en/impact/").content.decode()
    assert rows_of(client) == []
    assert client.get("/en/impact/figures.json").json()["rows"] == []


def test_a_small_programme_hides_with_another_on_its_own_page_too(client, looms):
    """Else its sum would be the total less the other's."""
    ProgrammeFactory(code="dye", name_en="Dyes")
    sell("loom", 12, at=Q4)
    sell("dye", 2, at=Q4)
    rows = rows_of(client)
    assert {row["programme"] for row in rows if row["use"]} == {"others"}
    assert "$108.00" not in client.get(looms.get_absolute_url()).content.decode()


def test_a_programme_of_a_paused_partner_is_not_named_but_its_money_stays(client):
    partner = PartnerFactory(status=Partner.Status.PAUSED)
    ProgrammeFactory(code="past", name_en="Past", partner=partner)
    sell("past", 10, at=Q4)
    shown = client.get("/en/impact/").content.decode()
    assert "Past" not in shown
    assert "Programmes that are no longer shown" in shown
    assert {row["programme"] for row in rows_of(client) if row["use"]} == {"ended"}


def test_json_says_what_its_columns_mean_and_where_the_chain_ends(client, looms):
    sell("loom", 10, at=Q4)
    entry = ledger.Entry.objects.first()
    Seal.objects.create(entry=entry, position=7, digest="a" * 64, sealed_at=Q4)
    data = client.get("/en/impact/figures.json").json()
    assert set(data["rows"][0]) == set(data["columns"])
    assert data["chain"] == {"position": 7, "sha256": "a" * 64}
    shown = client.get("/en/impact/").content.decode()
    assert "a" * 64 in shown


def test_every_number_leads_to_how_it_is_computed(client, looms):
    sell("loom", 10, at=Q4)
    shown = client.get("/en/impact/").content.decode()
    for place in ("total", "use", "programme", "quarter", "hidden", "chain"):
        assert f'href="#how-{place}"' in shown
        assert f'id="how-{place}"' in shown


def test_a_quarter_is_that_of_the_accounting_date(client, looms):
    """A month that is closed stays as it was shown."""
    sell("loom", 10, at=datetime(2026, 9, 30, 23, tzinfo=UTC))
    (row,) = [row for row in rows_of(client) if row["part"] == "quarter"]
    assert row["first_quarter"] == "2026-07-01"


def test_what_waits_for_a_programme_is_shown_by_use_until_it_is_allocated(client, looms):
    sell("loom", 10, at=Q4)
    for number in range(10):
        fill_pool(1_000, at=Q4, key=f"pool-{number}")
    row = AllocationFactory(programme=looms, amount=2_500)
    assert "$100.00" in client.get("/en/impact/").content.decode()
    allocations.approve(allocation_id=row.pk, actor=StaffFactory(), now=Q4, four_eyes=True)
    shown = client.get("/en/impact/").content.decode()
    waiting = shown[shown.index("Given, not yet with a programme") :]
    assert "$75.00" in waiting
    assert "$100.00" not in waiting


def test_a_name_is_never_a_formula_in_the_table(client):
    ProgrammeFactory(code="f", name_en="=1+1")
    sell("f", 10, at=Q4)
    assert {row["name"] for row in rows_of(client) if row["use"]} == {"'=1+1"}


def test_the_page_takes_five_statements_however_many_rows(client, django_assert_max_num_queries):
    for number in range(5):
        ProgrammeFactory(code=f"p{number}")
        sell(f"p{number}", 10, at=Q3 - timedelta(days=100 * number))
    with django_assert_max_num_queries(5):
        client.get("/en/impact/")
