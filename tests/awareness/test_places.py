import json
from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from awareness import places
from awareness.models import Country, Page, Region
from awareness.seed import content, load
from tests.factories.awareness import HelplineFactory, StatisticFactory
from tests.factories.partners import ProgrammeFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 1, tzinfo=UTC)
NAMED = ["KH", "VN", "TH", "LA", "MM", "IN", "NP", "BD", "PK", "LK", "RU", "UA", "CZ"]


def loaded() -> None:
    rows = json.loads((content.FOLDER / "places.json").read_text(encoding="utf-8"))
    content._regions(rows["regions"])
    content._countries(rows["countries"])


def lands() -> dict[str, places.Land]:
    return {land.anchor: land for area in places.regions() for land in area.countries}


def test_all_countries_of_the_founding_text_are_there():
    loaded()
    assert set(Country.objects.filter(seed_refs__contains=["P7"]).values_list("code", flat=True)) \
        == set(NAMED)  # fmt: skip
    assert Country.objects.filter(seed_refs__contains=["P8"]).count() == 5
    for row in (*Country.objects.all(), *Region.objects.all()):
        row.full_clean()
        assert row.name_en
        assert row.name_es
        assert bool(row.note_en) == bool(row.note_es)


def test_a_country_leads_to_what_readers_may_see():
    loaded()
    figure = StatisticFactory(sourced=True, geography=["NP"])
    StatisticFactory(sourced=True, geography=["NP"], is_public=False)
    group = StatisticFactory(sourced=True, geography=["EU"])
    HelplineFactory(country="NP", name="The line")
    HelplineFactory(country="NP", name="A draft", is_public=False)
    programme = ProgrammeFactory(country="NP")
    ProgrammeFactory(country="NP", is_active=False)
    found = lands()
    assert [row["key"] for row in found["np"].figures] == [figure.key]
    assert found["np"].lines == ["The line"]
    assert [row["name"] for row in found["np"].programmes] == [programme.name]
    assert [row["key"] for row in found["cz"].figures] == [group.key]
    assert not found["la"].figures


def test_names_stand_in_the_language_of_the_reader():
    loaded()
    with override("es"):
        assert lands()["th"].name == "Tailandia"
        assert places.regions()[0].name == "África"
    Country.objects.filter(code="TH").update(name_es="")
    with override("es"):
        assert lands()["th"].name == "Thailand"


def test_all_of_it_takes_one_query(django_assert_num_queries):
    loaded()
    with django_assert_num_queries(1):
        assert len(places.regions()) == 5


def test_the_page_ranks_nothing_and_shows_no_value(client):
    load(now=NOW)
    html = client.get("/en/understand/regions-and-countries/").content.decode()
    main = html[html.index('id="africa"') :]
    assert main.index('id="bd"') < main.index('id="kh"') < main.index('id="vn"')
    for value in ("10.1", "120,000", "11,999"):
        assert value not in main
    assert 'href="/en/help/#ua"' in main
    assert 'href="/en/facts/#scam-centres"' in main


def test_what_staff_deleted_or_edited_stays_so():
    load(now=NOW)
    Country.objects.get(code="JP").delete()
    Country.objects.filter(code="NP").update(note_en="Ours.")
    load(now=NOW)
    assert not Country.objects.filter(code="JP").exists()
    assert Country.objects.get(code="NP").note_en == "Ours."
    assert Page.objects.filter(key="countries").exists()
