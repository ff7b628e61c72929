"""Bar charts of figures that may stand beside each other; any other set is refused.

Lengths are percentages of the drawing's width, so that its words keep their size on a
small screen. Every axis starts at zero.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from .models import Statistic

ROW = 52
TOP = 24
FOOT = 28
# The longest bar ends short of the edge, so that its tick's number is not cut off.
WIDEST = Decimal(94)
STEPS = (1, 2, 5, 10)

UNITS = {
    ("people", 1): _("people"),
    ("people", 1000): _("thousand people"),
    ("people", 10**6): _("million people"),
    ("children", 10**6): _("million children"),
    ("per 1,000 people", 1): _("people per 1,000 inhabitants"),
    ("percent", 1): _("per cent"),
    ("US dollars per year", 10**9): _("billion US dollars a year"),
    ("countries", 1): _("countries"),
    ("cases", 1): _("cases"),
}


class Incomparable(Exception):
    """These figures may not share a chart."""


@dataclass(frozen=True)
class Bar:
    """A figure as drawn: `width` in per cent; `words` and `bar` from the top in pixels.

    `number` is the value in the chart's unit: with its words it would not fit a small screen.
    """

    statistic: Statistic
    number: str
    width: str
    words: int
    bar: int


@dataclass(frozen=True)
class Tick:
    """A line across the drawing at `x` per cent, with its number."""

    x: str
    number: str
    is_zero: bool


@dataclass(frozen=True)
class Chart:
    """A figure's parts as bars, longest first, over an axis that starts at zero."""

    whole: Statistic
    bars: list[Bar]
    ticks: list[Tick]
    unit: str
    height: int

    @property
    def cited(self) -> list[dict[str, Any]]:
        """Return the sources of the parts, each once: the whole's may say nothing of them."""
        rows = [row for bar in self.bars for row in getattr(bar.statistic, "cited", [])]
        return list({(row["publisher"], row["title"], row["year"]): row for row in rows}.values())

    @property
    def caveat(self) -> str:
        """Return what to know of the parts, or else of the whole."""
        return self.bars[0].statistic.caveat or self.whole.caveat

    @property
    def checked_on(self) -> date:
        """Return the day of the oldest check among the parts."""
        return min(bar.statistic.checked_on for bar in self.bars)

    @property
    def under_review(self) -> bool:
        """Say whether a part waits for its review."""
        return any(getattr(bar.statistic, "under_review", False) for bar in self.bars)

    @property
    def data_year(self) -> str:
        """Return the year that all parts share."""
        return self.whole.data_year

    @property
    def axis_foot(self) -> int:
        """Return where the lines of the axis end."""
        return self.height - FOOT

    @property
    def numbers(self) -> int:
        """Return where the numbers below the axis stand."""
        return self.height - 8


def check_comparable(figures: Iterable[Statistic]) -> None:
    """Refuse figures of different methods, units or years, or without a number.

    A change of years would draw a trend. Raises Incomparable.
    """
    rows = list(figures)
    for name in ("method_family", "unit", "data_year"):
        kinds = {getattr(row, name) for row in rows}
        if len(kinds) > 1:
            raise Incomparable(f"{name} differs: {', '.join(sorted(kinds))}")
    if any(row.value_low is None or row.value_low < 0 for row in rows):
        raise Incomparable("a figure has no number to draw")
    if any(row.value_low != row.value_high for row in rows):
        raise Incomparable("a figure is a range or a bound, which a bar would hide")


def draw(*, whole: Statistic, parts: Sequence[Statistic]) -> Chart:
    """Return the chart of `parts`. Raises Incomparable, also if they are not of `whole`'s kind."""
    if len(parts) < 2:
        raise Incomparable("a chart needs two figures")
    check_comparable([whole, *parts])
    ordered = sorted(parts, key=lambda part: (-_value(part), part.key))
    step, scale = _scale(_value(ordered[0]))
    full = max(_value(ordered[0]), step)
    places = max(_places(_value(part) / scale) for part in ordered)
    bars = [
        Bar(
            statistic=part,
            number=_number(_value(part) / scale, places=places),
            width=_percent(_value(part), full),
            words=TOP - 6 + place * ROW,
            bar=TOP + 3 + place * ROW,
        )
        for place, part in enumerate(ordered)
    ]
    marks = [step * count for count in range(int(full / step) + 1)]
    ticks = [
        Tick(_percent(mark, full), _number(mark / scale, places=_places(mark / scale)), mark == 0)
        for mark in marks
    ]
    unit = UNITS.get((whole.unit, scale))
    return Chart(
        whole=whole,
        bars=bars,
        ticks=ticks,
        unit=str(unit) if unit else f"{number_format(scale)} × {whole.unit}",
        height=TOP + len(bars) * ROW + FOOT,
    )


def of_parts(figures: Iterable[Statistic]) -> dict[int, Chart]:
    """Return {whole's id: chart} of all figures here whose parts are here too.

    What may not share a chart has none: the page shows the figures without it.
    """
    rows = list(figures)
    parts: dict[int, list[Statistic]] = {}
    for row in rows:
        if row.part_of_id is not None:
            parts.setdefault(row.part_of_id, []).append(row)
    charts = {}
    for whole in rows:
        try:
            charts[whole.pk] = draw(whole=whole, parts=parts.get(whole.pk, []))
        except Incomparable:
            continue
    return charts


def _value(figure: Statistic) -> Decimal:
    return Decimal(figure.value_low or 0)


def _places(value: Decimal) -> int:
    return 1 if value % 1 else 0


def _number(value: Decimal, *, places: int) -> str:
    return number_format(round(value, places), decimal_pos=places)


def _percent(value: Decimal, full: Decimal) -> str:
    # Plain ASCII whatever the language: it is an attribute, not a number for readers.
    return f"{(value / full * WIDEST).quantize(Decimal('0.01')).normalize():f}%"


def _scale(largest: Decimal) -> tuple[Decimal, int]:
    """Return (distance of ticks, divisor of their numbers) for at most six ticks."""
    power = Decimal(10) ** (largest.adjusted() if largest else 0)
    step = next(
        unit * power / 10 * factor
        for factor in (1, 10)
        for unit in STEPS
        if largest <= 5 * unit * power / 10 * factor
    )
    scale = next(scale for scale in (10**9, 10**6, 1000, 1) if largest >= scale or scale == 1)
    return step, scale
