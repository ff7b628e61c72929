"""Which numbers need a source; `tests/awareness/test_figures.py` holds the long list."""

import pytest

from weintl import sourcing


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("About 27\u00a0million, or 38\u2009%", ["27 million", "38 %"]),
        ("Cuesta 20 dólares", ["20 dólares"]),
        ("Two of them, in 2021, on page 22", []),
        ("a < b & c > d", []),
    ],
)
def test_plain_text_is_read_as_the_eye_takes_it(text, found):
    assert sourcing.bare_figures(text) == found
