import csv
import gzip
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from awareness.models import SeedClaim, Statistic
from awareness.models.facts import Verdict
from awareness.seed import load
from tests.factories.awareness import StatisticFactory

pytestmark = pytest.mark.django_db
LISTED = 38
PARTS = 12


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Load the seed once for all tests here; each test's own changes are undone in between."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(now=datetime(2026, 1, 1, tzinfo=UTC))
        yield
        transaction.set_rollback(True)


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        text_of(client, address)
    return len(caught)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_public_figure_has_its_anchor_and_its_page(client, language):
    text = text_of(client, f"/{language}/facts/")
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    for figure in Statistic.objects.public():
        assert figure.key in ids
        assert re.search(rf'href="(/{language}/facts/)?{figure.key}/"', text)
        own = text_of(client, f"/{language}/facts/{figure.key}/")
        assert 'rel="canonical"' in own
        assert own.count("<h1") == 1
    assert "detected-domestic" not in text
    assert client.get(f"/{language}/facts/detected-domestic/").status_code == 404
    assert client.get(f"/{language}/facts/nothing/").status_code == 404


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_list_is_light(client, language):
    choices = [f"?topic={topic}" for topic in Statistic.Topic.values]
    choices += [f"?verdict={verdict}" for verdict in Verdict.values]
    for choice in ("", *choices):
        content = client.get(f"/{language}/facts/{choice}").content
        assert len(content) <= 40_000, (choice, len(content))
        assert len(gzip.compress(content)) <= 10_000, choice


def test_statements_stay_few_and_constant(client):
    addresses = ["/en/facts/", "/en/facts/?topic=money", "/en/facts/forced-labour-total/",
                 "/en/facts/figures.csv", "/en/facts/figures.json"]  # fmt: skip
    few = [queries(client, address) for address in addresses]
    assert max(few) <= 5
    whole = Statistic.objects.get(key="forced-labour-total")
    for _ in range(4):
        StatisticFactory(sourced=True, topic="money")
        StatisticFactory(sourced=True, part_of=whole, is_listed=False)
    assert [queries(client, address) for address in addresses] == few


def test_a_filter_is_a_plain_link_with_its_count(client):
    text = text_of(client, "/en/facts/")
    links = re.findall(r'href="/en/facts/(\?[^"]+)"[^>]*>[^<]*<span class="quiet num">(\d+)<', text)
    assert links
    for query, count in links:
        filtered = text_of(client, "/en/facts/" + query.replace("&amp;", "&"))
        assert filtered.count("<li id=") == int(count), query
        assert 'aria-current="true"' in filtered
        assert '<link rel="canonical" href="http://localhost:8000/en/facts/">' in filtered
    assert sum(int(count) for query, count in links if "topic" in query) == LISTED


def test_both_filters_work_together_and_an_empty_answer_says_so(client):
    text = text_of(client, "/en/facts/?topic=law&verdict=kept")
    assert 'id="law-us-minors"' in text
    assert 'id="law-no-slavery-crime"' not in text
    assert "No figure fits both choices." in text_of(client, "/en/facts/?topic=law&verdict=retired")


def test_an_unknown_choice_is_not_found(client):
    for address in ("?topic=x", "?verdict=x"):
        assert client.get(f"/en/facts/{address}").status_code == 404
        assert client.get(f"/en/facts/figures.csv{address}").status_code == 404


@pytest.mark.parametrize("language", ["en", "es"])
def test_three_charts_stand_with_table_unit_year_method_and_source(client, language):
    text = text_of(client, f"/{language}/facts/")
    charts = re.findall(r"<figure><svg.*?</table>", text, re.DOTALL)
    assert len(charts) == 3
    words = {
        "en": ("bars start at zero", "Year of the data:", "Method:", "Source:", "Checked on"),
        "es": ("empiezan en cero", "Año de los datos:", "Método:", "Fuente:", "Comprobada el"),
    }[language]
    for chart in charts:
        for word in words:
            assert word in chart
        drawn = re.findall(r'<tspan dx="4">([^<]+)</tspan>', chart)
        values = re.findall(r'<td class="n"><a [^>]*>([^<]+)</a>', chart)
        assert all(number in value for number, value in zip(drawn, values, strict=True))
        assert len(re.findall(r'<rect class="bar"', chart)) == len(drawn) >= 3
        assert 'x1="0%"' in chart
        assert "style=" not in chart
        assert "viewBox" not in chart


def test_a_topic_shows_all_that_is_known_and_the_chart_of_its_figures(client):
    text = text_of(client, "/en/facts/?topic=money")
    assert text.count('<svg class="chart"') == 1
    assert "money withheld from workers" in text
    claim = SeedClaim.objects.filter(replaced_by__key="forced-labour-profits").first()
    assert claim.seed_wording in text
    assert "<details>" in text


def test_the_page_of_a_figure_shows_all_of_it(client):
    text = text_of(client, "/en/facts/forced-labour-total/")
    words = [
        *("27.6", "2021", "Walk Free", "Global findings, 1st paragraph", "Nov. 24, 2026"),
        *("Feb. 28, 2027", "household surveys", "What our earlier page said"),
        *("27 million people around the world", "/en/facts/forced-labour-state/"),
    ]
    for word in words:
        assert word in text
    part = text_of(client, "/en/facts/forced-labour-state/")
    assert 'href="/en/facts/forced-labour-total/"' in part


def test_an_overdue_figure_is_marked_everywhere(client):
    Statistic.objects.filter(key="forced-labour-total").update(
        checked_on=date(2020, 1, 1), review_due=date(2020, 2, 1)
    )
    for address in ("", "?topic=scale"):
        text = text_of(client, f"/en/facts/{address}")
        assert text.count('<b class="review">under review</b>') == 1, address
    assert "is under review:" in text_of(client, "/en/facts/forced-labour-total/")
    (row,) = [
        row
        for row in json.loads(text_of(client, "/en/facts/figures.json"))["figures"]
        if row["under_review"]
    ]
    assert row["key"] == "forced-labour-total"


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_figures_as_csv(client, language):
    answer = client.get(f"/{language}/facts/figures.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="figures-{language}.csv"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "public" in answer["Cache-Control"]
    assert not answer.cookies
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert len(rows) == LISTED + PARTS
    assert all(None not in row and None not in row.values() for row in rows)
    rise = next(row for row in rows if row["key"] == "detected-victims-rise")
    assert rise["value_text"].startswith("'+25")
    some = client.get(f"/{language}/facts/figures.csv?topic=law").content.decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(some, newline="")))) == 2


def test_the_figures_as_json(client):
    answer = client.get("/es/facts/figures.json")
    assert answer["Content-Type"] == "application/json"
    data = answer.json()
    assert data["language"] == "es"
    assert len(data["figures"]) == LISTED + PARTS
    total = next(row for row in data["figures"] if row["key"] == "modern-slavery-total")
    assert (total["value_text"], total["value_low"]) == ("49,6 millones", 49_600_000)
    assert total["sources"][0]["publisher"] == "ILO, Walk Free and IOM"


def test_search_engines_are_told_of_the_data(client):
    text = text_of(client, "/en/facts/")
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    data = json.loads(found)
    assert data["@type"] == "Dataset"
    assert data["dateModified"] == "2026-11-24"
    assert data["distribution"][0]["contentUrl"].endswith("/en/facts/figures.csv")
    assert "ld+json" not in text_of(client, "/en/facts/?topic=law")


def test_what_editors_write_cannot_leave_the_description(client):
    from awareness.models import Page

    Page.objects.filter(key="facts").update(description_en="</script><b>&")
    assert "</script><b>" not in text_of(client, "/en/facts/")


def test_the_list_stands_without_any_figure(client):
    Statistic.objects.update(is_public=False)
    assert "No figure" in text_of(client, "/en/facts/")
    assert client.get("/en/facts/figures.csv").status_code == 200
