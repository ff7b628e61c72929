"""Sums drawn as bars from zero, a row of words above each; the table beside it has the numbers.

The templates that draw them: `templates/_bars.html`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from weintl.money import Money

# The longest bar ends short of the edge.
WIDEST = 9_400
# In pixels from the top of a row: its words' base line, then its bar.
ROW, WORDS, BAR = 54, 17, 25


@dataclass(frozen=True)
class Bar:
    """One sum, where its words lead, and its bar: SVG lengths; no width, no bar."""

    words: str
    money: Money
    url: str = ""
    width: str = ""
    top: int = 0

    @property
    def base(self) -> int:
        """Return where the words above the bar stand."""
        return self.top + WORDS

    @property
    def bar(self) -> int:
        """Return where the bar begins."""
        return self.top + BAR


def draw(sums: Iterable[tuple[str, str, int]], currency: str) -> list[Bar]:
    """Return bars of (words, address, minor units) in their order; equal words are one bar."""
    merged: dict[tuple[str, str], int] = {}
    for words, url, amount in sums:
        merged[words, url] = merged.get((words, url), 0) + amount
    most = max([*merged.values(), 1])
    return [
        Bar(words, Money(amount, currency), url, _width(amount, most), ROW * place)
        for place, ((words, url), amount) in enumerate(merged.items())
    ]


def height(bars: Sequence[Bar]) -> int:
    """Return how high the drawing is, in pixels."""
    return ROW * len(bars)


def _width(amount: int, most: int) -> str:
    hundredths = WIDEST * max(amount, 0) // most
    return f"{hundredths // 100}.{hundredths % 100:02d}%" if hundredths else ""
