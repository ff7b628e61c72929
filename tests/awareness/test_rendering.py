from datetime import date

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from awareness.models import Page
from awareness.rendering import lead_figure, render
from tests.factories.awareness import (
    CitationFactory,
    PageFactory,
    SectionFactory,
    SeedClaimFactory,
    SourceFactory,
    StatisticFactory,
)

TODAY = date(2026, 11, 24)

pytestmark = pytest.mark.django_db


def shown(*bodies: str, language: str = "en"):
    page = PageFactory()
    for body in bodies:
        SectionFactory(page=page, body_en=body, body_es=body)
    with override(language):
        return render(page=Page.objects.for_display().get(pk=page.pk), today=TODAY)


def test_a_token_in_a_paragraph_of_its_own_becomes_a_figure_with_its_source():
    statistic = StatisticFactory(key="people", caveat_en="Only an estimate.")
    CitationFactory(statistic=statistic, source=SourceFactory(publisher="The Office"))
    claim = SeedClaimFactory(seed_wording="27 million slaves", why_en="Too old.")
    claim.replaced_by.add(statistic)
    html = shown("<p>[[stat:people]]</p>").parts[0].html
    for word in (
        "12.5", "million", "People counted", "2023", "The Office", "Yearbook",
        "https://numbers.example/yearbook", "Nov. 1, 2026", "Only an estimate.",
        "What our earlier page said", "27 million slaves", "Too old.", 'id="stat-people"',
    ):  # fmt: skip
        assert word in html
    assert "[[" not in html


def test_spanish_readers_see_the_spanish_value_and_reason():
    statistic = StatisticFactory(key="people", sourced=True)
    SeedClaimFactory(why_es="Era antigua.").replaced_by.add(statistic)
    html = shown("<p>[[stat:people]]</p>", language="es").parts[0].html
    assert "12,5" in html
    assert "Era antigua." in html
    assert '<span lang="en">' in html


def test_a_token_in_a_sentence_becomes_its_value_and_leads_to_a_note():
    StatisticFactory(key="people", sourced=True)
    body = shown("<p>About [[stat:people]] of them.</p>")
    assert '<a class="figure" href="#note-people">12.5 million</a> of them' in body.parts[0].html
    assert [note.key for note in body.notes] == ["people"]


def test_the_note_of_a_figure_says_all_that_a_large_one_says():
    statistic = StatisticFactory(
        key="people", sourced=True, checked_on=date(2026, 1, 1), review_due=date(2026, 11, 1)
    )
    SeedClaimFactory(seed_wording="27 million slaves").replaced_by.add(statistic)
    with override("en"):
        body = shown("<p>About [[stat:people]] of them.</p>")
        notes = render_to_string("awareness/_sections.html", {"body": body})
    for word in ("People counted", "2023", "Office of Numbers", "https://numbers.example/yearbook",
                 "Jan. 1, 2026", "under review", "27 million slaves", "<details>"):  # fmt: skip
        assert word in notes


def test_a_figure_that_stands_large_on_the_page_needs_no_note():
    StatisticFactory(key="people", sourced=True)
    body = shown("<p>About [[stat:people]].</p>", "<p>[[stat:people]]</p>")
    assert 'href="#stat-people"' in body.parts[0].html
    assert body.notes == []


def test_an_id_stands_once_though_the_figure_stands_twice():
    StatisticFactory(key="people", sourced=True)
    html = shown("<p>[[stat:people]]</p>\n<p>[[stat:people]]</p>").parts[0].html
    assert html.count('id="stat-people"') == 1
    assert html.count("<figure") == 2


@pytest.mark.parametrize("state", [{"is_public": False, "sourced": True}, {"is_public": True}])
def test_a_hidden_or_unsourced_figure_is_never_shown(state):
    StatisticFactory(key="people", **state)
    body = shown("<p>[[stat:people]]</p><p>Some [[stat:people]] there.</p>")
    assert "12.5" not in body.parts[0].html
    assert "(a figure under review)" in body.parts[0].html


def test_an_unknown_key_does_not_break_the_page():
    html = shown("<p>[[stat:nothing]]</p><p>Text.</p>").parts[0].html
    assert html.strip() == "<p>Text.</p>"


def test_an_overdue_figure_says_so():
    StatisticFactory(
        key="people", sourced=True, checked_on=date(2026, 1, 1), review_due=date(2026, 11, 23)
    )
    assert "under review" in shown("<p>[[stat:people]]</p>").parts[0].html


def test_an_address_that_nobody_opened_is_not_linked():
    statistic = StatisticFactory(key="people")
    CitationFactory(statistic=statistic, source=SourceFactory(is_url_seen=False))
    html = shown("<p>[[stat:people]]</p>").parts[0].html
    assert "Yearbook" in html
    assert "numbers.example" not in html


def test_what_is_not_translated_is_marked_with_its_language():
    page = PageFactory()
    SectionFactory(page=page, body_en="<p>Only English.</p>", body_es="")
    with override("es"):
        part = render(page=Page.objects.for_display().get(pk=page.pk), today=TODAY).parts[0]
    assert part.language == "en"
    assert "Only English." in part.html


def test_all_figures_of_a_page_take_one_query(django_assert_num_queries):
    keys = [StatisticFactory(sourced=True).key for _ in range(5)]
    page = PageFactory()
    SectionFactory(page=page, body_en="".join(f"<p>[[stat:{key}]]</p>" for key in keys))
    page = Page.objects.for_display().get(pk=page.pk)
    with django_assert_num_queries(1):
        assert render(page=page, today=TODAY).parts[0].html.count("<figure") == 5


def test_the_lead_figure_is_missing_rather_than_unsourced():
    StatisticFactory(key="people")
    assert lead_figure(key="people", today=TODAY) is None
