"""Bars begin at zero, and equal words are one."""

from weintl import bars
from weintl.money import Money


def test_the_longest_ends_short_of_the_edge_and_all_are_in_proportion():
    first, second = bars.draw([("a", "/a/", 300), ("b", "", 100)], "usd")
    assert (first.width, second.width) == ("94.00%", "31.33%")
    assert [first.base, first.bar, second.base, second.bar] == [17, 25, 71, 79]
    assert bars.height([first, second]) == 108


def test_equal_words_are_added_and_what_is_below_zero_has_no_bar():
    one, minus = bars.draw([("a", "", 100), ("b", "", -50), ("a", "", 20)], "usd")
    assert one.money == Money(120, "usd")
    assert minus.width == ""
