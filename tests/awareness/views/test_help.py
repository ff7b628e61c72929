"""Help by country: an address to share, cards to print, a neutral title."""

import pytest

from tests.factories.awareness import HelplineFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def line():
    return HelplineFactory(country="US", is_public=True)


@pytest.mark.parametrize("path", ["help/", "help/us/", "help/us/card/", "safety/"])
def test_nothing_of_help_is_kept_by_the_browser(client, line, path):
    for language in ("en", "es"):
        answer = client.get(f"/{language}/{path}")
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "no-store"
        assert not answer.cookies


@pytest.mark.parametrize("path", ["help/", "help/us/", "help/us/card/", "safety/"])
def test_a_neutral_title_is_a_link_away_and_stays(client, line, path):
    usual = client.get(f"/en/{path}").content.decode()
    assert "<title>Information</title>" not in usual
    text = client.get(f"/en/{path}?discreet").content.decode()
    assert "<title>Information</title>" in text
    assert "img/neutral" in text
    assert "img/favicon" not in text
    assert f'href="/es/{path}?discreet' in text
    assert "<title>Información</title>" in client.get(f"/es/{path}?discreet").content.decode()


def test_a_country_has_its_own_page_with_the_emergency_number_first(client, line):
    text = client.get("/en/help/us/").content.decode()
    phone = line.phones[0]
    assert f'href="tel:{phone["dial"]}"' in text
    first = text.index(f'href="tel:{line.emergency_numbers[0]}"', text.index("<h1"))
    assert first < text.index(f'href="tel:{phone["dial"]}"')


def test_cards_bear_numbers_and_no_word_of_what_they_are_for(client, line):
    text = client.get("/en/help/us/card/").content.decode()
    cards = text[text.index('<ul class="wrap numbers"') : text.index("</main>")]
    assert line.phones[0]["display"] in cards
    assert line.emergency_numbers[0] in cards
    assert line.name not in cards
    assert "rafficking" not in cards


def test_a_country_without_a_public_line_has_no_page(client, line):
    HelplineFactory(country="CA", is_public=False)
    assert client.get("/en/help/ca/").status_code == 404
    assert client.get("/en/help/zz/card/").status_code == 404
