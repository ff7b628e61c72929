"""A statement as PDF and CSV, in two languages: the same bytes whatever happens later."""

import csv
import io
from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from partners import papers
from partners.models import Programme, SplitRule, Statement
from tests.factories.partners import (
    ProgrammeFactory,
    SplitRuleFactory,
    bank_details,
    paid_payout,
    piece,
    sell,
    take_back,
)
from weintl import pdf
from weintl.papers.models import Paper

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def statement(now) -> Statement:
    programme = ProgrammeFactory(code="loom", name_es="Telares del muelle")
    SplitRuleFactory(programme=programme)
    bank_details(programme, at=now)
    sell(piece(1), piece(2), at=now - 9 * DAY, matures=now - DAY)
    take_back(piece(2), at=now - 2 * DAY, key="7", is_dispatched=True)
    sell(piece(3), at=now - DAY, matures=now + 9 * DAY)
    return paid_payout(programme, at=now, paid_at=now + DAY).statement


@pytest.mark.parametrize("language", ["en", "es"])
def test_reprinted_after_names_and_rules_changed_it_is_the_same(statement, now, language):
    before = [make(statement, language=language) for make in (papers.as_pdf, papers.as_csv)]
    assert before[0].startswith(b"%PDF-")
    Programme.objects.update(name_en="Another", name_es="Otro", story_en="x")
    SplitRule.objects.filter(approved_at__isnull=True).delete()
    ahead = DateTimeTZRange(now + 2 * DAY, None, "[)")
    SplitRuleFactory(
        programme=statement.programme, product_code="x", maker_pay_amount=1, effective=ahead
    )
    sell(piece(9), at=now + 5 * DAY, matures=now + 6 * DAY)
    again = Statement.objects.get()
    assert [make(again, language=language) for make in (papers.as_pdf, papers.as_csv)] == before


def test_a_later_template_changes_no_paper_that_was_kept(statement, monkeypatch, tmp_path):
    assert papers.keep_all() == 1
    before = papers.as_pdf(statement, language="es")
    (tmp_path / "statement.typ").write_text("Another look")
    monkeypatch.setattr(pdf, "PAPERS", tmp_path)
    assert papers.as_pdf(statement, language="es") == before
    assert papers.keep_all() == 0
    assert set(Paper.objects.values_list("key", flat=True)) == {
        f"statement/{statement.number}/{language}.{form}"
        for language in ("en", "es")
        for form in ("pdf", "csv")
    }


def test_the_sheet_sums_from_opening_to_closing(statement):
    rows = list(csv.DictReader(io.StringIO(papers.as_csv(statement, language="en").decode())))
    total = {"Opening": 0, "Closing": 0, "moved": 0}
    for row in rows:
        if row["what"] in total:
            total[row["what"]] += round(float(row["amount"]) * 100)
        elif row["day"]:
            total["moved"] += round(float(row["amount"]) * 100)
    assert total == {"Opening": 0, "moved": 1_300, "Closing": 1_300}
    assert {row["reference"] for row in rows} >= {"piece 1", "refund 7"}


def test_each_language_has_its_words(statement):
    spanish = papers.as_csv(statement, language="es").decode()
    assert "pieza 1" in spanish
    assert "piece" not in spanish
    assert papers.as_pdf(statement, language="es") != papers.as_pdf(statement, language="en")
