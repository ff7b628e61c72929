"""Amounts as pages write them."""

import pytest
from django.utils.translation import override

from donations.forms import format_plain, format_round
from weintl.money import Money


@pytest.mark.parametrize(
    ("language", "cents", "words"),
    [
        ("en", 4000, "$40"),
        ("en", 4050, "$40.50"),
        ("en", 100000, "$1,000"),
        ("es", 4000, "40\u00a0$"),
        ("es", 10000000, "100.000\u00a0$"),
        ("es", 100005, "1.000,05\u00a0$"),
    ],
)
def test_round_amounts_lose_their_cents_and_nothing_else(language, cents, words):
    with override(language):
        assert format_round(Money(cents, "usd")) == words


def test_plain_amounts_can_be_typed_back():
    assert [format_plain(Money(cents, "usd")) for cents in (5, 50, 4050)] == [
        "0.05",
        "0.50",
        "40.50",
    ]
    assert format_plain(Money(500, "jpy")) == "500"
