from datetime import UTC, datetime

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from awareness import figures
from awareness.models import Page, Section
from awareness.seed import load
from tests.factories.awareness import PageFactory, SectionFactory

pytestmark = pytest.mark.django_db
BARE = "<p>They are 27&nbsp;million.</p>"


def _update_in_bulk(section: Section) -> None:
    section.body_es = BARE
    Section.objects.bulk_update([section], ["body_es"])


def _load_a_fixture(section: Section) -> None:
    text = serializers.serialize("json", [section]).replace("Palabras.", "27 millones.")
    for row in serializers.deserialize("json", text):
        row.save()


def _create_in_bulk(section: Section) -> None:
    other = Section(page=section.page, anchor="b", heading_en="B", body_en=BARE, position=9)
    Section.objects.bulk_create([other])


def _save(section: Section) -> None:
    section.body_en = BARE
    section.save()


PATHS = {
    "save": _save,
    "create": lambda section: SectionFactory(body_es=BARE),
    "bulk_create": _create_in_bulk,
    "update": lambda section: Section.objects.filter(pk=section.pk).update(body_es=BARE),
    "bulk_update": _update_in_bulk,
    "update_or_create": lambda section: Section.objects.update_or_create(
        pk=section.pk, defaults={"body_en": BARE}
    ),
    "fixture": _load_a_fixture,
    "heading": lambda section: Section.objects.update(heading_en="27 million"),
    "token in a heading": lambda section: Section.objects.update(heading_en="[[stat:a]]"),
    "title": lambda section: PageFactory(title_es="27 millones"),
    "lede": lambda section: Page.objects.update(lede_en="About 38%"),
    "description": lambda section: Page.objects.update(description_es="Un 38 por ciento"),
    "content note": lambda section: Page.objects.update(content_note_en="$150"),
}


@pytest.mark.parametrize("way", PATHS)
def test_a_bare_figure_comes_in_on_no_path(way):
    section = SectionFactory()
    with pytest.raises(ValidationError), transaction.atomic():
        PATHS[way](section)
    section.refresh_from_db()
    assert section.body_es == "<p>Palabras.</p>"


def test_words_and_tokens_come_in_and_are_cleaned():
    section = SectionFactory(body_en="<p onclick='x'>[[stat:a]] in 2021.</p>")
    Section.objects.filter(pk=section.pk).update(body_es="<p onclick='x'>En 2021.</p>")
    section.refresh_from_db()
    assert section.body_en == "<p>[[stat:a]] in 2021.</p>"
    assert section.body_es == "<p>En 2021.</p>"


def test_no_page_of_the_seed_states_a_bare_figure():
    load(now=datetime(2026, 1, 1, tzinfo=UTC))
    with connection.cursor() as cursor:
        for table, columns in (
            ("awareness_section", ("heading", "body")),
            ("awareness_page", ("title", "lede", "description", "content_note")),
        ):
            for column in (f"{name}_{code}" for name in columns for code in ("en", "es")):
                cursor.execute(f"SELECT id, {column} FROM {table}")
                for pk, text in cursor.fetchall():
                    assert not figures.bare_figures(text), (table, pk, column)
                    assert not figures.broken_tokens(text), (table, pk, column)


def test_migrations_know_the_columns_as_what_they_are_derived_from():
    assert Section._meta.get_field("body").deconstruct()[1] == "awareness.richtext.CleanHtmlField"
    assert Page._meta.get_field("title").deconstruct()[1] == "django.db.models.CharField"
