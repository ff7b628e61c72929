"""A map of the world as cloth: each land is where its weft threads run.

threads.json holds, for each country, the parts of 54 parallels (2.5 degrees apart, from 78.75 north
to 53.75 south) that lie within it, as [row, from, to] with degrees of longitude counted from 180
west. Made once from Natural Earth's countries (1:50m, version 4.1, public domain,
naturalearthdata.com); a country between two parallels has a short thread at its middle.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

THREADS = Path(__file__).with_name("threads.json")
# Units of the drawing: a degree is one wide, a row's height makes lands at 30 degrees true.
ROW = 2.9
MARGIN = 4
WIDTH, HEIGHT = 360, 164
Run = tuple[int, float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A country on the map: its threads as a path, and the middle of them."""

    code: str
    path: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Atlas:
    """The drawing: all land as one path, and the countries that are marked."""

    land: str
    marks: list[Mark]
    box: str = f"0 0 {WIDTH} {HEIGHT}"


@cache
def _threads() -> dict[str, list[Run]]:
    rows = json.loads(THREADS.read_text("utf-8"))
    return {code: [tuple(run) for run in runs] for code, runs in rows.items()}


@cache
def _land() -> str:
    """Return the threads of all countries, those that touch as one."""
    merged: list[Run] = []
    for row, start, end in sorted(run for runs in _threads().values() for run in runs):
        if merged and merged[-1][0] == row and start - merged[-1][2] <= 0.5:
            last = merged.pop()
            merged.append((row, last[1], max(last[2], end)))
        else:
            merged.append((row, start, end))
    return _path(merged)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _path(runs: Iterable[Run]) -> str:
    return "".join(
        f"M{_number(start)} {_number(row * ROW + MARGIN)}h{_number(end - start)}"
        for row, start, end in runs
    )


def _mark(code: str) -> Mark:
    runs = _threads()[code]
    length = sum(end - start for _row, start, end in runs)
    x = sum((start + end) / 2 * (end - start) for _row, start, end in runs) / length
    y = sum((row * ROW + MARGIN) * (end - start) for row, start, end in runs) / length
    return Mark(code, _path(runs), _number(x), _number(y))


def draw(countries: Iterable[str]) -> Atlas:
    """Return the map with `countries`, ISO 3166 codes, marked; one that it lacks has no mark."""
    return Atlas(_land(), [_mark(code) for code in sorted(set(countries)) if code in _threads()])
