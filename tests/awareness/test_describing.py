import json
import re

import pytest

from tests.factories.awareness import PageFactory, SectionFactory, StatisticFactory

pytestmark = pytest.mark.django_db
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)


@pytest.fixture(autouse=True)
def address(settings):
    settings.SITE_URL = "https://we.example"


def data(client, path: str):
    answer = client.get(path)
    found = BLOCK.findall(answer.content.decode())
    assert len(found) == 1
    return json.loads(found[0])


def test_a_page_says_what_it_is_and_the_way_to_it(client):
    parent = PageFactory(title_en="Understand </script><b>", path_en="understand/")
    PageFactory(title_en="Money", path_en="understand/money/", parent=parent)
    article, way = data(client, "/en/understand/money/")["@graph"]
    assert article["@type"] == "Article"
    assert article["headline"] == "Money"
    assert article["url"] == "https://we.example/en/understand/money/"
    assert article["datePublished"] == "2026-01-01"
    assert article["inLanguage"] == "en"
    assert [step["name"] for step in way["itemListElement"]] == [
        "Home", "Understand </script><b>", "Money",
    ]  # fmt: skip
    assert way["itemListElement"][1]["item"] == "https://we.example/en/understand/"


def test_what_is_not_translated_says_its_language(client):
    SectionFactory(page=PageFactory(title_es="", path_es="", path_en="understand/a/"))
    assert data(client, "/es/understand/a/")["@graph"][0]["inLanguage"] == "en"


def test_home_names_the_organisation_by_its_record(client):
    described = data(client, "/en/")
    assert described["@type"] == "NGO"
    assert described["url"] == "https://we.example/en/"
    assert "taxID" not in described


def test_a_figure_shows_the_way_to_it(client):
    figure = StatisticFactory(sourced=True)
    way = data(client, f"/en/facts/{figure.key}/")
    assert [step["name"] for step in way["itemListElement"]] == ["Home", "Facts", "People counted"]


@pytest.mark.parametrize("path", ["/en/help/", "/en/safety/", "/en/search/", "/en/contact/"])
def test_discreet_and_personal_pages_say_nothing(client, path):
    assert "ld+json" not in client.get(path).content.decode()
