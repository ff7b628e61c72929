"""Words that were meant, from those that occur."""

import pytest
from django.db import connection

from weintl.search import spelling
from weintl.search.models import Word
from weintl.search.words import read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def learnt():
    texts = {"en": "A market basket of bowls, blue scarves", "es": "Pañuelos y canasta azul"}
    for language, text in texts.items():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT weintl_learn(%s, %s::regconfig, ARRAY[%s])",
                [language, f"weintl_{language}", text],
            )


def terms(typed, language="en"):
    found = spelling.meant(read(typed, language=language))
    return found and found.words.text


@pytest.mark.parametrize(
    ("typed", "language", "meant"),
    [
        ("bsaket", "en", "basket"),
        ("bwols", "en", "bowls"),
        # Several of what occurs as one.
        ("bsakets", "en", "basket"),
        ("canatsas", "es", "canasta"),
        ("markt baskets", "en", "market baskets"),
        ("bowl", "en", "bowl"),
        ("xyzzy blue", "en", "blue"),
        ("xyzzy", "en", None),
        ("canatsa", "es", "canasta"),
        ("pauñelos", "es", "pañuelos"),
        ("panuelos", "es", "panuelos"),
        ("azu", "es", None),
    ],
)
def test_what_was_meant(typed, language, meant):
    assert terms(typed, language) == meant


def test_it_takes_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert terms("bsaket bwols makret")


def test_a_word_is_learnt_once_and_stop_words_are_not(learnt):
    assert set(Word.objects.filter(language="en").values_list("word", flat=True)) == {
        "market", "basket", "bowls", "blue", "scarves",
    }  # fmt: skip
    assert Word.objects.get(word="pañuelos").folded == "panuelos"


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [("", "", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("abc", "xbc", 1), ("ab", "cd", 2),
     ("muejres", "mujeres", 1), ("sobrevivintes", "sobreviviente", 2)],
)  # fmt: skip
def test_distance_counts_slips(one, other, slips):
    assert spelling.distance(one, other) == slips
    assert spelling.distance(other, one) == slips


def test_a_plural_may_be_misspelt_too():
    assert spelling.forms("scrafs") == ["scrafs", "scraf"]
    assert spelling.forms("boxes") == ["boxes", "boxe"]
    assert spelling.forms("collares") == ["collares", "collare", "collar"]
    assert spelling.forms("gas") == ["gas"]


def test_one_slip_reaches_whatever_is_one_slip_away():
    near = spelling.slips("bowl")
    assert {"owl", "bwol", "bowls", "bawl"} <= near
    assert all(spelling.distance("bowl", each) <= 1 for each in near)
