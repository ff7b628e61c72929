from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override

from awareness import charts
from awareness.models import Statistic
from awareness.seed import load
from tests.factories.awareness import CitationFactory, StatisticFactory

pytestmark = pytest.mark.django_db


def figure(value: float | None = 1, **fields) -> Statistic:
    number = None if value is None else Decimal(str(value))
    return StatisticFactory.build(
        **{"value_low": number, "value_high": number, "label_en": "A", **fields}
    )


def draw(*values: float, **fields) -> charts.Chart:
    with override("en"):
        parts = [figure(value, **fields) for value in values]
        return charts.draw(whole=figure(sum(values), **fields), parts=parts)


@pytest.mark.parametrize(
    "other",
    [
        {"method_family": "another"},
        {"unit": "cases"},
        {"data_year_en": "2016"},
        {"value": None},
        {"value": -1},
        {"value_high": None},
        {"value_high": Decimal(9)},
    ],
    ids=str,
)
def test_what_is_not_comparable_is_refused(other):
    with override("en"):
        charts.check_comparable([figure(1), figure(2)])
        with pytest.raises(charts.Incomparable):
            charts.check_comparable([figure(1), figure(**{"value": 2, **other})])
        with pytest.raises(charts.Incomparable):
            charts.draw(whole=figure(3), parts=[figure(1), figure(**{"value": 2, **other})])


def test_a_whole_of_another_method_is_refused_and_so_is_a_lonely_bar():
    with pytest.raises(charts.Incomparable):
        charts.draw(whole=figure(3, method_family="x"), parts=[figure(1), figure(2)])
    with pytest.raises(charts.Incomparable):
        charts.draw(whole=figure(3), parts=[figure(3)])


def test_lengths_are_in_proportion_and_start_at_zero():
    chart = draw(20, 84, 42)
    widths = [Decimal(bar.width.rstrip("%")) for bar in chart.bars]
    assert [bar.statistic.value_low for bar in chart.bars] == [84, 42, 20]
    assert [bar.number for bar in chart.bars] == ["84", "42", "20"]
    assert widths[0] == charts.WIDEST
    assert widths[1] * 2 == widths[0]
    zero = chart.ticks[0]
    assert (zero.x, zero.number, zero.is_zero) == ("0%", "0", True)
    assert [tick.number for tick in chart.ticks] == ["0", "20", "40", "60", "80"]


def test_all_bars_are_as_exact_as_the_most_exact():
    chart = draw(6.9, 5)
    assert [bar.number for bar in chart.bars] == ["6.9", "5.0"]
    assert chart.ticks[1].number in {"2", "5"}


def test_the_note_is_that_of_the_parts():
    with override("en"):
        parts = [figure(1, caveat_en="Rounded."), figure(0.5)]
        assert charts.draw(whole=figure(2, caveat_en="Old."), parts=parts).caveat == "Rounded."
        bare = [figure(1), figure(0.5)]
        assert charts.draw(whole=figure(2, caveat_en="Old."), parts=bare).caveat == "Old."


@pytest.mark.parametrize("values", [(1, 1), (0, 5), (0.4, 0.1), (9.9, 10.1), (10**9, 1), (99, 7)])
def test_ticks_are_few_and_lie_within_the_longest_bar(values):
    chart = draw(*values)
    assert 2 <= len(chart.ticks) <= 6
    assert all(Decimal(tick.x.rstrip("%")) <= charts.WIDEST for tick in chart.ticks)
    assert all(Decimal(bar.width.rstrip("%")) <= charts.WIDEST for bar in chart.bars)


def test_the_unit_is_in_words_of_the_reader():
    with override("es"):
        parts = [figure(value, unit="US dollars per year") for value in (2e9, 4e9)]
        chart = charts.draw(whole=figure(6e9, unit="US dollars per year"), parts=parts)
    assert chart.unit == "miles de millones de dólares al año"
    assert draw(17_300_000, 6_300_000).unit == "million people"
    assert draw(2000, 4000, unit="parcels").unit == "1000 × parcels"


def test_the_seed_draws_three_charts_from_records():
    load(now=datetime(2026, 1, 1, tzinfo=UTC))
    drawn = charts.of_parts(Statistic.objects.public())
    found = {chart.whole.key: chart for chart in drawn.values()}
    assert set(found) == {
        "forced-labour-total",
        "forced-labour-profits",
        "modern-slavery-prevalence-regions",
    }
    profits = found["forced-labour-profits"]
    assert sum(bar.statistic.value_low for bar in profits.bars) == profits.whole.value_low
    Statistic.objects.filter(key="profits-africa").update(value_low=1, value_high=1)
    again = charts.of_parts(Statistic.objects.public())[profits.whole.pk]
    assert [bar.statistic.key for bar in again.bars][-1] == "profits-africa"


def test_the_sources_are_those_of_the_parts_each_once():
    whole = StatisticFactory(sourced=True, value_low=3, value_high=3)
    for value in (1, 2):
        part = StatisticFactory(part_of=whole, value_low=value, value_high=value)
        CitationFactory(statistic=part, source__publisher="Office of Parts")
    late = StatisticFactory(
        part_of=whole, value_low=1, value_high=1,
        checked_on=date(2020, 1, 1), review_due=date(2020, 2, 1),
    )  # fmt: skip
    CitationFactory(statistic=late, source__publisher="Office of Old Parts")
    rows = Statistic.objects.public().for_display(today=date(2026, 11, 25))
    chart = charts.of_parts(rows)[whole.pk]
    assert sorted(row["publisher"] for row in chart.cited) == [
        "Office of Old Parts",
        "Office of Parts",
    ]
    assert chart.under_review
    assert chart.checked_on == date(2020, 1, 1)
    assert chart.data_year == "2023"


def test_parts_that_do_not_fit_leave_the_page_without_a_chart():
    whole = StatisticFactory(value_low=3, value_high=3)
    for value, family in ((1, "survey"), (2, "other")):
        StatisticFactory(part_of=whole, value_low=value, value_high=value, method_family=family)
    assert charts.of_parts(Statistic.objects.all()) == {}
