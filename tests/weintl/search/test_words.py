import pytest
from django.db import connection

from weintl.search import words

FORMS = [
    ("mujer", "mujeres"),
    ("voz", "voces"),
    ("explotación", "explotaciones"),
    ("explotacion", "explotaciones"),
    ("víctima", "victimas"),
    ("niñas", "nina"),
    ("país", "paises"),
    ("México", "MEXICO"),
]


def is_found(typed: str, text: str, *, language: str) -> bool:
    config = words.CONFIGS[language]
    asked = words.read(typed, language=language)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_tsvector(%s::regconfig, %s) @@ to_tsquery(%s::regconfig, %s)",
            [config, text, config, asked.query.source_expressions[1].value],
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize(("one", "other"), FORMS)
def test_plurals_and_accents_are_no_hindrance_in_spanish(one, other):
    assert is_found(one, f"la {other} de", language="es")
    assert is_found(other, f"la {one} de", language="es")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("one", "other"),
    [("child's", "child"), ("cafés", "cafe"), ("survivors", "SURVIVOR"), ("1,234.5", "1,234.5")],
)
def test_plurals_accents_and_numbers_are_no_hindrance_in_english(one, other):
    assert is_found(one, f"a {other} of", language="en")
    assert is_found(other, f"a {one} of", language="en")


@pytest.mark.django_db
def test_every_word_must_be_there():
    assert is_found("women looms", "looms for women", language="en")
    assert not is_found("women looms", "looms for men", language="en")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", ["'", "a'b & !c | (d:*", "\\", "<->", "''''", "%", "{}", "q:*", "%s", "es s"]
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_signs_are_no_commands(typed, language):
    assert not is_found(typed, "nothing of that", language=language)


def test_what_was_typed_is_cut_and_cleaned():
    read = words.read("a\x00b\x1f\u202e c  d " + "x" * 300, language="en")
    assert read.text.startswith("a b c d x")
    assert len(read.text) == words.LONGEST
    assert len(words.read(" ".join("abcdefghijklm"), language="en").terms) == words.MOST
    assert words.read(" \n.!? ", language="en").terms == ()
    assert words.read("Loom loom LOOM", language="en").terms == ("loom",)


def test_short_words_are_looked_for_by_likeness_only_where_there_are_no_others():
    assert words.read("in Nepál", language="en").likely == ("nepal",)
    assert words.read("in a", language="en").likely == ("in", "a")
    few = words.read("looms baskets scarves bowl", language="en").likely
    assert few == ("baskets", "scarves", "looms")


def test_folding_takes_off_accents_and_case():
    assert words.fold("ÁÑandú Çé") == "anandu ce"
