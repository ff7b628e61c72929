import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from awareness.models import PageText
from tests.factories.awareness import HelplineFactory, PageFactory, SectionFactory, StatisticFactory
from tests.factories.marketplace import on_shelf
from weintl.search import searching
from weintl.search.searching import Searcher, marked, search, searchers
from weintl.search.words import read

pytestmark = pytest.mark.django_db


def found(typed: str, *, language: str = "en", only: str = ""):
    return search(read(typed, language=language), now=timezone.now(), only=only)


def test_each_kind_has_a_searcher():
    assert list(searchers()) == ["pages", "facts", "helplines", "products"]
    assert all(isinstance(each, Searcher) for each in searchers().values())


def test_all_kinds_are_found_with_their_numbers(now):
    for _ in range(8):
        PageFactory(title_en="A loom")
    StatisticFactory(sourced=True, counts_what_en="Looms counted")
    HelplineFactory(name="Loom line")
    on_shelf(consigned=1, now=now, product__name_en="Loom cloth")
    answer = found("loom")
    assert not answer.is_close
    assert {group.key: group.total for group in answer.groups} == {
        "pages": 8, "facts": 1, "helplines": 1, "products": 1,
    }  # fmt: skip
    assert len(answer.groups[0].hits) == 6
    assert answer.groups[0].rest == 2
    assert answer.total == 11
    (alone,) = found("loom", only="pages").groups
    assert len(alone.hits) == 8


def test_likeness_is_asked_only_where_no_word_is_found():
    PageFactory(title_en="Understand trafficking")
    PageFactory(title_en="Trafic lights")
    assert [hit.title for hit in found("trafficking").groups[0].hits] == ["Understand trafficking"]
    close = found("traficking")
    assert close.is_close
    assert "Understand trafficking" in [hit.title for hit in close.groups[0].hits]
    assert close.groups[0].total == len(close.groups[0].hits)


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("canatsa", "Una canasta"),
        ("exlotacion", "La explotación"),
        ("sobrevivintes", "Sobreviviente"),
        ("muejres", "Mujeres en riesgo"),
    ],
)
def test_slips_of_the_finger_find_the_page_in_spanish(typed, title):
    PageFactory(title_es=title)
    assert [hit.title for hit in found(typed, language="es").groups[0].hits] == [title]


def test_a_search_for_likeness_that_takes_too_long_finds_nothing(monkeypatch):
    PageFactory(title_en="Looms")
    assert found("loosm").total == 1
    PageText.objects.update(folded="some words of a long text " * 20_000)
    monkeypatch.setattr(searching, "PATIENCE", 1)
    assert found("loosm").groups == []
    PageFactory(title_en="The connection goes on")
    assert found("connection").total == 1


def test_nothing_like_it_is_nothing():
    PageFactory()
    assert found("zzzzqqqq").groups == []
    assert found("").groups == []
    assert found("?!").groups == []


def test_statements_are_few_and_constant():
    def count(typed: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            found(typed)
        kept = [row["sql"] for row in caught.captured_queries]
        return len([sql for sql in kept if not sql.startswith(("SAVEPOINT", "RELEASE"))])

    SectionFactory()
    few = count("words"), count("wrods")
    for _ in range(5):
        SectionFactory()
        StatisticFactory(sourced=True, counts_what_en="Words")
    assert (count("words"), count("wrods")) == few == (1, 4)


def test_an_excerpt_marks_the_words_and_nothing_else():
    assert marked("a <b>\ue000c & d\ue001</b>") == ("a &lt;b&gt;<mark>c &amp; d</mark>&lt;/b&gt;")
