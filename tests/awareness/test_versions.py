"""What a page said at a time, how two times differ, and back again."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from awareness import versions
from awareness.models import Page, Section
from tests.factories.awareness import PageFactory, SectionFactory
from tests.factories.media import PictureFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    """A page with three versions, ten minutes apart."""
    page = PageFactory(title_en="First", title_es="Primera")
    section = SectionFactory(page=page, anchor="a", body_en="<p>one two three</p>")
    SectionFactory(page=page, anchor="gone", body_en="<p>Soon away.</p>")
    _age(minutes=20)
    page.title_en = "Second"
    page.save()
    section.body_en = "<p>one <strong>2</strong> three</p>"
    section.save()
    page.sections.get(anchor="gone").delete()
    _age(minutes=10)
    page.title_en = "Third"
    page.save()
    return Page.objects.get(pk=page.pk)


def _age(*, minutes):
    """Move the history written last back in time."""
    for table in ("awareness_historicalpage", "awareness_historicalsection"):
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET history_date = %s WHERE history_date > %s",
                [
                    timezone.now() - timedelta(minutes=minutes),
                    timezone.now() - timedelta(minutes=1),
                ],
            )


def test_page_and_sections_changed_together_are_one_version(page):
    found = versions.versions_of(page)
    assert [version.changes for version in found] == [1, 3, 3]
    assert found == sorted(found, key=lambda version: version.at, reverse=True)


def test_a_version_holds_page_and_sections_of_its_time(page):
    _, second, first = versions.versions_of(page)
    fields, sections = versions.as_of(page, at=first.at)
    assert fields["title_en"] == "First"
    assert [section["anchor"] for section in sections] == ["a", "gone"]
    fields, sections = versions.as_of(page, at=second.at)
    assert (fields["title_en"], [one["anchor"] for one in sections]) == ("Second", ["a"])
    with pytest.raises(LookupError):
        versions.as_of(page, at=first.at - timedelta(days=1))


def test_a_comparison_shows_what_reads_differently_and_nothing_else(page):
    _, second, first = versions.versions_of(page)
    changes = {
        change.label: change.runs for change in versions.compare(page, old=first.at, new=second.at)
    }
    assert changes["title [en]"] == [("gone", "First"), ("new", "Second")]
    assert changes["a: text [en]"] == [
        ("same", "one"), ("gone", "two"), ("new", "2"), ("same", "three"),
    ]  # fmt: skip
    assert changes["gone: text [en]"] == [("gone", "Soon away.")]
    assert "title [es]" not in changes
    assert versions.compare(page, old=first.at, new=first.at) == []


def test_going_back_gives_the_words_and_leaves_address_and_state(page):
    first = versions.versions_of(page)[-1]
    Page.objects.filter(pk=page.pk).update(path_en="understand/elsewhere/")
    back = versions.restore(page, at=first.at)
    assert (back.title_en, back.path_en, back.state) == (
        "First", "understand/elsewhere/", "published",
    )  # fmt: skip
    texts = dict(back.sections.values_list("anchor", "body_en"))
    assert texts == {"a": "<p>one two three</p>", "gone": "<p>Soon away.</p>"}
    assert versions.versions_of(page)[0].changes >= 3


def test_going_back_survives_anchors_that_changed_places(page):
    first = versions.versions_of(page)[-1]
    Section.objects.filter(page=page, anchor="a").update(anchor="gone")
    SectionFactory(page=page, anchor="a", body_en="<p>Taken.</p>")
    back = versions.restore(page, at=first.at)
    assert sorted(back.sections.values_list("anchor", flat=True)) == ["a", "gone"]


def test_a_rule_of_today_keeps_an_old_fault_out(page):
    first = versions.versions_of(page)[-1]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE awareness_historicalpage SET lede_en = '27 million people'")
    with pytest.raises(ValidationError):
        versions.restore(page, at=first.at)
    assert Page.objects.get(pk=page.pk).title_en == "Third"


def test_a_version_comes_back_also_when_its_picture_is_gone():
    picture, kept = PictureFactory(), PictureFactory()
    page = PageFactory(title_en="With it", picture=picture)
    at = timezone.now()
    page.title_en, page.picture = "Without", kept
    page.save()
    picture.delete()
    page = versions.restore(page, at=at)
    assert (page.title_en, page.picture) == ("With it", kept)
