import pytest
from django.utils.translation import override

from awareness.models import Section
from awareness.richtext import clean, plain
from tests.factories.awareness import PageFactory, SectionFactory

DIRTY = (
    '<p onclick="x()" style="color:red">Words<script>alert(1)</script>'
    '<a href="javascript:x()">a</a><a href="mailto:a@b.example">b</a>'
    '<img src=x onerror=y><iframe src="https://elsewhere.example"></iframe></p>'
)


def test_what_could_run_or_load_is_removed():
    cleaned = clean(DIRTY)
    for harm in ("script", "onclick", "style", "javascript", "mailto", "<img", "iframe", "alert"):
        assert harm not in cleaned
    assert cleaned.startswith("<p>Words")


def test_cleaning_twice_changes_nothing():
    html = clean('<p>Tea &amp; <a href="/en/help/">help</a>\u00a0here</p><ul><li>one</li></ul>')
    assert clean(html) == html


def test_telephone_links_stay():
    assert 'href="tel:112"' in clean('<a href="tel:112">112</a>')


def test_words_joined_by_inline_tags_stay_joined():
    assert plain("<p>18<b>000</b></p><p>next</p>").split() == ["18000", "next"]


@pytest.mark.django_db
def test_every_way_into_the_database_cleans():
    saved = SectionFactory(body_en=DIRTY, body_es=DIRTY)
    created = Section.objects.create(page=saved.page, anchor="a", heading="A", body_en=DIRTY)
    Section.objects.bulk_create(
        [Section(page=saved.page, anchor="b", heading_en="B", body_en=DIRTY, body_es=DIRTY)]
    )
    updated = SectionFactory(page=saved.page)
    Section.objects.filter(pk=updated.pk).update(body_es=DIRTY)
    changed = SectionFactory(page=saved.page)
    changed.body_en = DIRTY
    Section.objects.bulk_update([changed], ["body_en"])

    assert saved.body_en == clean(DIRTY)
    assert created.body_en == clean(DIRTY)
    rows = Section.objects.order_by("pk").values_list("body_en", "body_es")
    assert len(rows) == 5
    assert not any("onclick" in (text or "") for row in rows for text in row)


@pytest.mark.django_db
def test_history_holds_clean_text_too():
    section = SectionFactory(page=PageFactory(), body_en=DIRTY)
    assert "onclick" not in section.history.get().body_en


@pytest.mark.django_db
@pytest.mark.parametrize("active", ["en", "es"])
def test_saving_does_not_copy_one_language_into_another_that_is_empty(active):
    section = SectionFactory(body_en="<p>Words.</p>", body_es="")
    with override(active):
        section.body_es = None
        section.save()
    section.refresh_from_db()
    assert (section.body_en, section.body_es) == ("<p>Words.</p>", None)
