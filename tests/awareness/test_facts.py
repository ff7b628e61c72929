import csv
import io
import json

import pytest
from django.utils.translation import override

from awareness import facts
from awareness.models import Statistic
from tests.factories.awareness import CitationFactory, SourceFactory, StatisticFactory

pytestmark = pytest.mark.django_db


def shown() -> list[Statistic]:
    from datetime import date

    rows = Statistic.objects.public().for_display(today=date(2026, 11, 25))
    return list(rows.select_related("part_of"))


def test_a_choice_is_read_from_the_address_and_written_back():
    assert facts.choose({}).query == ""
    assert facts.choose({"topic": "", "verdict": ""}) == facts.Choice()
    choice = facts.choose({"topic": "money", "verdict": "kept", "utm": "x"})
    assert choice.query == "?topic=money&verdict=kept"


@pytest.mark.parametrize("params", [{"topic": "x"}, {"verdict": "x"}])
def test_a_choice_that_does_not_exist_is_refused(params):
    with pytest.raises(facts.UnknownChoice):
        facts.choose(params)


def test_each_option_counts_what_it_would_show():
    StatisticFactory(sourced=True, topic="money", verdict="kept")
    StatisticFactory(sourced=True, topic="money", verdict="corrected")
    StatisticFactory(sourced=True, topic="law", verdict="kept")
    with override("en"):
        rows = shown()
        topics = facts.topics(rows, choice=facts.Choice(verdict="kept"))
        verdicts = facts.verdicts(rows, choice=facts.Choice(topic="money"))
    assert [(row.name, row.count, row.query) for row in topics] == [
        ("All", 2, "?verdict=kept"),
        ("Money", 1, "?topic=money&verdict=kept"),
        ("Law", 1, "?topic=law&verdict=kept"),
    ]
    assert [(row.count, row.is_current) for row in verdicts] == [(2, True), (1, False), (1, False)]


@pytest.mark.parametrize(
    "word", ["=1+1", "+25%", "-1", "@SUM(A1)", "\t=1", " =1", "|x", "＝1", "＋1", "\r\n=1"]
)
def test_no_cell_is_a_formula(word):
    StatisticFactory(sourced=True, value_text_en=word, caveat_en=word, statement_en=word)
    with override("en"):
        text = facts.as_csv(shown())
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    for column in ("value_text", "caveat", "statement"):
        assert row[column] == f"'{word}"


def test_the_columns_are_what_was_promised():
    assert list(facts.columns()) == [
        "key", "topic", "counts_what", "value_text", "value_low", "value_high", "unit",
        "geography", "data_year", "published_on", "method_family", "method", "statement",
        "caveat", "part_of", "verdict", "seed_wording", "confidence", "checked_on",
        "review_due", "under_review", "sources", "url",
    ]  # fmt: skip


def test_a_row_holds_the_figure_in_the_language_of_the_reader():
    whole = StatisticFactory(key="whole", sourced=True)
    part = StatisticFactory(key="part", part_of=whole, value_low=12_500_000, value_high=None)
    CitationFactory(statistic=part, source=SourceFactory(is_url_seen=False), locator="p. 3")
    with override("es"):
        row = next(facts.row_of(row) for row in shown() if row.key == "part")
        text = facts.as_csv(shown())
    assert row["value_text"] == "12,5 millones"
    assert (row["value_low"], row["value_high"]) == (12_500_000, None)
    assert row["part_of"] == "whole"
    assert row["url"].endswith("/es/facts/part/")
    assert row["under_review"] is False
    assert row["sources"] == [
        {"publisher": "Office of Numbers", "title": "Yearbook", "year": 2024, "url": "",
         "locator": "p. 3"}
    ]  # fmt: skip
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    assert {line["key"] for line in lines} == {"whole", "part"}
    assert "Office of Numbers, Yearbook, 2024, p. 3" in {line["sources"] for line in lines}
    assert text.count("\r\n") == 3


def test_the_json_explains_its_columns():
    StatisticFactory(sourced=True)
    with override("en"):
        data = json.loads(json.dumps(facts.as_json(shown())))
    assert data["language"] == "en"
    assert set(data["figures"][0]) == set(data["columns"])
