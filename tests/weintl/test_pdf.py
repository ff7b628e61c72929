"""A paper is made of its template and data alone: twice the same bytes, another time other ones."""

import pytest

from weintl import pdf

EMPTY = {
    "language": "es",
    "title": "Extracto ST-1",
    "footer": "x",
    "facts": [["Programa", "Ñandú = (1)"]],
    "words": {"accounts": "a", "movements": "b", "pending": "c", "none": "–", "note": "#n $x$"},
    "heads": {"accounts": ["a", "b", "c"], "movements": ["a"] * 5, "pending": ["a"] * 3},
    "accounts": [["x", "1", "2"]],
    "movements": [],
    "pending": [],
}


def test_the_same_data_give_the_same_bytes():
    made = pdf.render("statement", EMPTY)
    assert made.startswith(b"%PDF-")
    assert pdf.render("statement", dict(reversed(EMPTY.items()))) == made
    assert pdf.render("statement", {**EMPTY, "title": "Extracto ST-2"}) != made


def test_words_are_never_taken_for_commands():
    assert pdf.render("statement", {**EMPTY, "facts": [["#panic()", '#import "x" $ * _']]})


def test_there_is_no_paper_of_that_name():
    with pytest.raises(FileNotFoundError):
        pdf.render("nothing", {})
