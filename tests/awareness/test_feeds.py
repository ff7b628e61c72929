from datetime import UTC, date, datetime
from xml.etree.ElementTree import fromstring

import pytest

from awareness.models import Page
from tests.factories.awareness import (
    CitationFactory,
    PageFactory,
    StatisticFactory,
    StoryFactory,
)

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture(autouse=True)
def address(settings):
    settings.SITE_URL = "https://we.example"


def feed(client, language: str = "en"):
    answer = client.get(f"/{language}/feed/", HTTP_HOST="localhost")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=60"
    assert not answer.cookies
    assert "localhost" not in answer.content.decode()
    return fromstring(answer.content)


def titles(client, language: str = "en") -> list[str]:
    return [entry.text for entry in feed(client, language).findall("a:entry/a:title", ATOM)]


def test_public_pages_stand_in_it_the_newest_first_in_their_language(client):
    PageFactory(title_en="Old", title_es="Vieja")
    PageFactory(title_en="New", title_es="Nueva", published_at=datetime(2026, 2, 1, tzinfo=UTC))
    PageFactory(title_en="Draft", published_at=None)
    PageFactory(title_en="Unlisted", is_indexed=False)
    PageFactory(title_en="Safety", key="safety", kind=Page.Kind.OWN)
    assert titles(client) == ["New", "Old"]
    assert titles(client, "es") == ["Nueva", "Vieja"]
    whole = feed(client, "es")
    assert whole.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "es"
    links = {each.attrib.get("rel"): each.attrib["href"] for each in whole.findall("a:link", ATOM)}
    assert links["self"] == "https://we.example/es/feed/"


def test_a_changed_value_is_news_and_a_new_or_checked_figure_is_not(client):
    figure = StatisticFactory(sourced=True, value_text_en="1 million", counts_what_en="Looms")
    assert titles(client) == []
    figure.checked_on = date(2026, 11, 2)
    figure.save()
    assert titles(client) == []
    for value in ("2 million", "3 million"):
        figure.value_text_en = value
        figure.save()
    assert titles(client) == ["Figure changed: Looms"] * 2
    entries = feed(client).findall("a:entry", ATOM)
    assert entries[0].find("a:summary", ATOM).text == "Now 3 million, before 2 million."
    assert len({each.find("a:id", ATOM).text for each in entries}) == 2
    assert titles(client, "es") == []


def test_a_figure_that_readers_do_not_see_is_no_news(client):
    figure = StatisticFactory(is_public=False)
    CitationFactory(statistic=figure)
    figure.value_text_en = "9"
    figure.save()
    assert titles(client) == []


def test_what_a_figure_said_before_it_was_public_is_no_news(client):
    figure = StatisticFactory(is_public=False, value_text_en="a guess", value_text_es="x")
    CitationFactory(statistic=figure)
    figure.value_text_en, figure.is_public = "41 million", True
    figure.save()
    assert "a guess" not in client.get("/en/feed/").content.decode()
    figure.value_text_en = "42 million"
    figure.save()
    words = client.get("/en/feed/").content.decode()
    assert "Now 42 million, before 41 million." in words
    assert "a guess" not in words


def test_stories_are_no_news(client):
    StoryFactory()
    assert titles(client) == []


def test_a_revised_page_says_so_and_keeps_its_place(client):
    PageFactory(reviewed_on=date(2026, 3, 1))
    entry = feed(client).find("a:entry", ATOM)
    assert entry.find("a:published", ATOM).text.startswith("2026-01-01")
    assert entry.find("a:updated", ATOM).text.startswith("2026-03-01")


def test_pages_name_the_feed(client):
    assert 'type="application/atom+xml" href="/es/feed/"' in client.get("/es/").content.decode()
