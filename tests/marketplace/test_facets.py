"""What is chosen is named beside the list, each with the way back without it."""

import pytest
from django.http import QueryDict
from django.utils.translation import override

from marketplace import browsing, facets


@pytest.mark.parametrize(
    ("asked", "left"),
    [("q=scarf", ""), ("q=scarf&sort=price", "?sort=price"), ("q=scarf&sort=new", "")],
)
def test_without_the_words_the_order_that_was_chosen_stays(asked, left):
    choice = browsing.read(QueryDict(asked), language="en")
    (chip,) = facets.chips(choice, known={})
    assert (chip.words, chip.query) == ("“scarf”", left)


def test_words_stand_in_the_marks_of_the_language():
    choice = browsing.read(QueryDict("q=bufanda"), language="es")
    with override("es"):
        assert [chip.words for chip in facets.chips(choice, known={})] == ["«bufanda»"]
