from datetime import timedelta

import pytest
from django.utils import timezone, translation

from awareness.models import Helpline, Page
from tests.factories.awareness import HelplineFactory, PageFactory, SectionFactory, StatisticFactory
from weintl.search.searching import search
from weintl.search.words import read

pytestmark = pytest.mark.django_db


def hits(typed: str, kind: str, language: str = "en"):
    with translation.override(language):
        answer = search(read(typed, language=language), now=timezone.now(), only=kind)
        return [hit for group in answer.groups for hit in group.hits]


def test_a_page_is_found_by_any_of_its_words_wherever_they_stand():
    section = SectionFactory(
        heading_en="Where looms stand", body_en="<p>Near the <b>river</b>.</p>"
    )
    Page.objects.filter(pk=section.page_id).update(title_en="On weaving")
    (hit,) = hits("river looms weaving", "pages")
    assert hit.title == "On weaving"
    assert hit.url == f"/en/{section.page.path_en}"
    assert "Near the <mark>river</mark>." in hit.excerpt


def test_a_page_is_found_in_its_own_language_and_untranslated_in_english():
    SectionFactory(page=PageFactory(path_es="understand/telares/"), body_es="<p>Los telares.</p>")
    (hit,) = hits("telar", "pages", "es")
    assert hit.url == "/es/understand/telares/"
    assert hits("telar", "pages", "en") == []
    SectionFactory(page=PageFactory(title_es="", path_es=""), body_en="<p>A river.</p>", body_es="")
    (hit,) = hits("river", "pages", "es")
    assert hit.title == "A page"


def test_only_what_readers_see_is_found():
    later = timezone.now() + timedelta(days=1)
    SectionFactory(page=PageFactory(published_at=None), body_en="<p>Secret</p>")
    SectionFactory(page=PageFactory(published_at=later), body_en="<p>Secret</p>")
    StatisticFactory(counts_what_en="Secret without a source")
    StatisticFactory(sourced=True, is_public=False, counts_what_en="Secret")
    HelplineFactory(name="Secret", is_public=False)
    for kind in ("pages", "facts", "helplines"):
        assert hits("secret", kind) == []
        assert hits("secrte", kind) == []


def test_a_figure_in_a_page_is_words_to_be_found():
    figure = StatisticFactory(sourced=True, key="looms", value_text_en="27.6 million",
                              counts_what_en="Looms & more")  # fmt: skip
    SectionFactory(body_en="<p>There are [[stat:looms]] looms.</p><p> [[stat:looms]] </p>")
    (hit,) = hits("27.6 million", "pages")
    assert "There are <mark>27.6</mark> <mark>million</mark> looms." in hit.excerpt
    assert "Looms &amp; more" in hit.excerpt
    assert "[[" not in hit.excerpt
    figure.value_text_en = "31 million"
    figure.save()
    assert "27.6" not in "".join(hit.excerpt for hit in hits("27.6 million", "pages"))
    assert hits("31 million", "pages")
    figure.citations.all().delete()
    assert [hit.excerpt for hit in hits("looms", "pages")]
    assert "31" not in hits("looms", "pages")[0].excerpt


def test_a_text_follows_its_sections_and_goes_with_its_page():
    section = SectionFactory(body_en="<p>River</p>")
    section.body_en = "<p>Mountain</p>"
    section.save()
    assert not [hit for hit in hits("river", "pages") if "<mark>" in hit.excerpt]
    assert hits("mountain", "pages")
    page = section.page
    section.delete()
    assert not [hit for hit in hits("mountain", "pages") if "<mark>" in hit.excerpt]
    SectionFactory(page=page)
    page.delete()
    assert hits("page", "pages") == []


def test_markup_in_a_body_is_neither_found_nor_shown():
    SectionFactory(body_en="<p>A &lt;script&gt;alert(1)&lt;/script&gt; &amp; an <em>end</em>.</p>")
    (hit,) = hits("alert", "pages")
    assert "<script" not in hit.excerpt
    assert "&amp;" in hit.excerpt
    assert hits("strong", "pages") == []


def test_a_figure_is_found_by_value_and_leads_to_its_page():
    figure = StatisticFactory(sourced=True, value_text_es="27,6 millones")
    (hit,) = hits("27,6 millones", "facts", "es")
    assert (hit.url, hit.detail) == (f"/es/facts/{figure.key}/", "27,6 millones")


def test_a_helpline_is_found_by_its_country_s_usual_names_with_its_number():
    HelplineFactory(country="US", country_name_en="United States", country_name_es="Estados Unidos")
    (hit,) = hits("USA", "helplines")
    assert (hit.url, hit.detail, hit.title) == ("/en/help/us/", "000", "A line, United States")
    assert hits("help me in the united states", "helplines")
    assert hits("estados unido", "helplines", "es")
    Helpline.objects.update(is_public=False)
    assert hits("USA", "helplines") == []
