import pytest

from tests.factories.awareness import (
    HelplineFactory,
    PageFactory,
    SectionFactory,
    StatisticFactory,
    StoryFactory,
)

pytestmark = pytest.mark.django_db


def text_of(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_is_kept_by_nobody_and_listed_nowhere(client):
    answer = client.get("/en/search/?q=women")
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex"
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    assert client.post("/en/search/", {"q": "women"}).status_code == 405


def test_every_page_offers_the_form(client):
    for address in ("/en/", "/en/help/", "/en/facts/", "/en/shop/", "/en/give/"):
        text = text_of(client, address)
        assert 'role="search" action="/en/search/"' in text, address
    assert 'action="/es/search/"' in text_of(client, "/es/")


def test_results_stand_by_kind_with_their_numbers(client):
    SectionFactory(body_en="<p>A loom & more.</p>")
    StatisticFactory(sourced=True, counts_what_en="Looms counted")
    text = text_of(client, "/en/search/?q=loom")
    assert "2 results for “loom”." in text
    assert text.index('id="pages"') < text.index('id="facts"')
    assert "<mark>loom</mark>" in text
    assert 'value="loom"' in text


def test_helplines_stand_first_for_words_that_sound_like_need(client):
    HelplineFactory(country="MX", country_name_en="Mexico")
    PageFactory(title_en="Mexico")
    text = text_of(client, "/en/search/?q=Mexico")
    assert text.index('id="helplines"') < text.index('id="pages"')
    assert 'href="tel:112"' in text
    assert 'href="tel:112"' not in text_of(client, "/en/search/?q=page")


def test_a_country_without_a_line_leads_to_what_to_do_there(client):
    text = text_of(client, "/en/search/?q=Bhutan")
    assert "#out-of-list" in text


def test_nothing_found_shows_ways_on(client):
    text = text_of(client, "/es/search/?q=zzqqxx")
    assert "No hay resultados para «zzqqxx»." in text
    assert '<a href="/es/help/">' in text
    assert 'id="pages"' not in text


@pytest.mark.parametrize(
    "query",
    ["", "q=", "q=%20", "q=%3Cscript%3Ealert(1)%3C%2Fscript%3E", "q=%27%20%26%20%21%3A*",
     "q=" + "x" * 5000, "q=a&in=nothing", "q=%F0%9F%98%80", "q=%FF%FE", "q=a&q=b", "q=%5C%5C%27",
     "q=%E2%80%AE%EE%80%80a", "q=%7B%7B7777*7777%7D%7D%20%25s"],
)  # fmt: skip
def test_odd_input_does_no_harm(client, query):
    PageFactory()
    for language in ("en", "es"):
        text = text_of(client, f"/{language}/search/?{query}")
        assert "<script>alert" not in text
        assert "60481729" not in text


def test_a_nul_is_refused(client):
    assert client.get("/en/search/?q=a%00b").status_code == 400


def test_one_kind_alone_shows_more(client):
    for _ in range(9):
        PageFactory(title_en="A loom")
    text = text_of(client, "/en/search/?q=loom")
    assert "?q=loom&amp;in=pages" in text
    assert text.count("<h3>") == 6
    assert text_of(client, "/en/search/?q=loom&in=pages").count("<h3>") == 9


def test_stories_are_not_found(client):
    StoryFactory(title_en="Loom")
    for typed in ("loom", "lomo"):
        assert "Nothing found" in text_of(client, f"/en/search/?q={typed}")
