"""A visitor comes by the bare address and reads: no cookie, nobody else is asked anything."""

from collections.abc import Iterator

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from awareness.models import Helpline, Statistic
from awareness.models import Page as Text
from tests.journeys.people import strangers

# What the person clicks, in the language's own words, from the first page on.
WALKS = {
    "en": ["Understand", "Modern slavery today", "Our work"],
    "es": ["Comprender", "La esclavitud moderna hoy", "Qué hacemos"],
}
PAGES = ["home", "understand", "modern-slavery-today", "our-work"]
LOCALES = {"en": "en-US", "es": "es-MX"}


@pytest.fixture(params=["en", "es"])
def language(request) -> str:
    return request.param


@pytest.fixture
def reader(arrive, site, language) -> Iterator[Page]:
    """Somebody who reads in one language; whatever they open asks nobody and keeps nothing."""
    page = arrive(locale=LOCALES[language])
    with strangers(page, site) as called:
        yield page
    assert called == []
    assert page.context.cookies() == []


def is_safe(page: Page, language: str) -> None:
    """Expect helplines, an exit and the page's own language."""
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator(f"nav.safety a[href='/{language}/help/']")).to_be_visible()
    expect(page.locator("nav.safety a.exit")).to_be_visible()
    expect(page.locator(f"footer a[href='/{language}/help/']")).to_be_visible()


@pytest.mark.parametrize(
    ("asked", "given"),
    [("en-US", "en"), ("es-MX", "es"), ("fr-FR", "en"), ("de,es;q=0.7,en;q=0.3", "es")],
)
def test_the_browser_s_language_decides_where_the_bare_address_leads(arrive, asked, given):
    page = arrive(extra_http_headers={"Accept-Language": asked})
    answer = page.goto("/")
    first = answer.request.redirected_from.response()
    assert (first.status, page.url.rpartition(f"/{given}/")[2]) == (302, "")
    assert "Accept-Language" in first.header_value("vary")
    assert not first.header_value("set-cookie") and page.context.cookies() == []
    expect(page.locator("html")).to_have_attribute("lang", given)


def test_a_reader_walks_from_home_through_what_slavery_is_to_what_is_done(reader, language, site):
    with site.database():
        titles = [getattr(Text.objects.get(key=key), f"title_{language}") for key in PAGES]
    reader.goto("/")
    for title, words in zip(titles, [*WALKS[language], ""], strict=True):
        expect(reader.locator("h1")).to_have_text(title)
        is_safe(reader, language)
        if words:
            reader.get_by_role("link", name=words, exact=True).first.click()


def test_the_first_figure_has_its_source_and_its_date(reader, language, site):
    reader.goto(f"/{language}/")
    with site.database():
        figure = (
            Statistic.objects.public()
            .for_display(today=localdate())
            .get(key="modern-slavery-total")
        )
        value = getattr(figure, f"value_text_{language}")
        source = figure.cited[0]
    shown = reader.locator("figure.fact")
    expect(shown).to_contain_text(value.split()[0])
    expect(shown).to_contain_text(source["publisher"])
    expect(shown).to_contain_text(str(figure.data_year))
    expect(shown).to_contain_text(str(figure.checked_on.year))
    expect(shown.locator(f"a[href='{source['url']}']")).to_be_visible()
    # The figure has a page of its own, and stands among all under its own anchor.
    shown.locator(f"a[href$='/{figure.key}/']").click()
    expect(reader.locator("main")).to_contain_text(source["publisher"])
    reader.goto(f"/{language}/facts/#{figure.key}")
    expect(reader.locator(f"#{figure.key}")).to_contain_text(source["publisher"])
    is_safe(reader, language)


def test_figures_in_a_text_say_where_they_come_from(reader, language):
    reader.goto(f"/{language}/")
    for words in WALKS[language][:2]:
        reader.get_by_role("link", name=words, exact=True).first.click()
    expect(reader.locator("footer")).to_be_visible()
    notes = reader.locator("#figures li")
    expect(notes.first).to_be_visible()
    for note in notes.all():
        expect(note.locator("a[rel~=external], cite").first).to_be_visible()


def test_somebody_in_danger_finds_numbers_to_call(reader, language, site):
    reader.goto(f"/{language}/")
    reader.locator(f"nav.safety a[href='/{language}/help/']").click()
    reader.wait_for_url(f"**/{language}/help/")
    is_safe(reader, language)
    with site.database():
        listed = Helpline.objects.public().count()
    assert listed > 5
    expect(reader.locator(".card")).to_have_count(listed)
    for number in ("112", "911"):
        expect(reader.locator(f"main a[href='tel:{number}']").first).to_be_visible()


def test_the_other_language_is_one_click_away_on_the_same_page(reader, language, site):
    other = "es" if language == "en" else "en"
    with site.database():
        page = Text.objects.get(key="modern-slavery-today")
        titles = {code: getattr(page, f"title_{code}") for code in ("en", "es")}
    reader.goto(f"/{language}/")
    for words in WALKS[language][:2]:
        reader.get_by_role("link", name=words, exact=True).first.click()
    expect(reader.locator("h1")).to_have_text(titles[language])
    reader.locator("nav.safety a.language").click()
    expect(reader.locator("h1")).to_have_text(titles[other])
    is_safe(reader, other)
