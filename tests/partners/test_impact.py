"""Public totals in words and bars."""

from datetime import date

import pytest

from partners.hiding import Block, Period, Published
from partners.impact import reports, span
from weintl.money import Money

Q3, Q4, Q1 = date(2026, 7, 1), date(2026, 10, 1), date(2027, 1, 1)


def test_a_run_of_quarters_is_written_by_its_ends():
    assert span((Q3,)) == "Q3 2026"
    assert span((Q3, Q4, Q1)) == "Q3 2026 – Q1 2027"


@pytest.fixture
def report():
    blocks = (
        Block((None,), ("",), (Q3,), 400),
        Block((None,), ("education",), (Q3,), -100),
        Block((1,), ("",), (Q3, Q4), 300),
        Block((2, 3), ("education", "legal_aid"), (Q3,), 900),
    )
    found = {"usd": Published(blocks, (Period((Q3, Q4), 1500),)), "eur": Published()}
    (only,) = reports(found, known={})
    return only


def test_each_list_sums_to_the_total_and_a_hidden_currency_has_none(report):
    assert report.total == Money(1500, "usd")
    for sums in (report.uses, report.programmes, report.quarters):
        assert sum(each.money.amount for each in sums) == 1500


def test_bars_begin_at_zero_and_the_longest_ends_short_of_the_edge(report):
    waiting, ended, others = report.programmes
    assert (waiting.words, waiting.width) == ("Gifts that wait for a programme", "31.33%")
    assert ended.width == "31.33%"
    assert others.width == "94.00%"
    assert [row.top for row in report.programmes] == [0, 54, 108]


def test_what_is_for_no_single_use_is_called_what_it_is(report):
    labels = [part.label for part in report.uses]
    assert labels == ["", "", "For the programme as a whole", "Other uses, together"]
