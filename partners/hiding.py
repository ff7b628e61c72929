"""Which totals may be shown: none of few people, and none to be had by subtracting. Pure.

All that is published is sums of the blocks that are made here. Behind each block stand people
enough, so they do behind each difference of two sums of blocks. Periods, which run across the
blocks, are chosen so that what they add to the blocks has people enough as well. Nothing else can
be had: a sum of cells made of blocks and periods is always some periods less blocks within them.
Rules: docs/money.md.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")
# A programme's number, or None for gifts that have no programme yet.
Owner = int | None


@dataclass(frozen=True, slots=True)
class Cell:
    """What came to one use of one programme in one quarter, and who paid for it.

    `payers` are numbers that tell people apart and nothing else; so many at least as make
    a sum public, if there are.
    """

    owner: Owner
    use: str
    quarter: date
    amount: int
    payers: frozenset[int]


@dataclass(frozen=True, slots=True)
class Block:
    """A sum that may be shown: of some programmes, some uses, some quarters in a row."""

    owners: tuple[Owner, ...]
    uses: tuple[str, ...]
    quarters: tuple[date, ...]
    amount: int


@dataclass(frozen=True, slots=True)
class Period:
    """A sum over all programmes and uses in some quarters in a row."""

    quarters: tuple[date, ...]
    amount: int


@dataclass(frozen=True, slots=True)
class Published:
    """All that may be shown of one currency; blocks and periods have the same sum."""

    blocks: tuple[Block, ...] = ()
    periods: tuple[Period, ...] = ()


def count(cells: Iterable[Cell]) -> int:
    """Return how many people stand behind `cells`: whoever paid twice counts once."""
    return len(frozenset[int]().union(*(cell.payers for cell in cells)))


def publish(cells: Sequence[Cell], *, at_least: int) -> Published:
    """Return what may be shown of the cells of one currency.

    Programmes of fewer people than `at_least` are shown together, so are uses of one
    programme and quarters in a row; nothing at all while all of it is too little.
    """

    # What sums to nothing can be added to any sum unseen, so it may not make one enough.
    cells = [cell for cell in cells if cell.amount]

    def enough(some: Iterable[Cell]) -> bool:
        found = list(some)
        return not found or count(found) >= at_least

    if not cells or not enough(cells):
        return Published()
    parts: dict[Block, list[Cell]] = {}
    for owners in _together(_by(cells, lambda cell: cell.owner), enough):
        own = [cell for cell in cells if cell.owner in owners]
        uses = _together(_by(own, lambda cell: cell.use), enough)
        by_use = [[cell for cell in own if cell.use in names] for names in uses]
        for quarters in _spans(_quarters(own), by_use, enough):
            for names, part in zip(uses, by_use, strict=True):
                within = [cell for cell in part if cell.quarter in quarters]
                if within:
                    parts[Block(owners, names, quarters, _sum(within))] = within
    return Published(tuple(parts), _periods(cells, parts.values(), enough))


Enough = Callable[[Iterable[Cell]], bool]


def _sum(cells: Iterable[Cell]) -> int:
    return sum(cell.amount for cell in cells)


def _quarters(cells: Iterable[Cell]) -> list[date]:
    return sorted({cell.quarter for cell in cells})


def _by(cells: Iterable[Cell], key: Callable[[Cell], T]) -> dict[T, list[Cell]]:
    found: dict[T, list[Cell]] = {}
    for cell in cells:
        found.setdefault(key(cell), []).append(cell)
    return found


def _together(groups: Mapping[T, list[Cell]], enough: Enough) -> list[tuple[T, ...]]:
    """Return the keys that stand alone, then those that are only enough together.

    While they are not, the one of least money that would be enough alone joins them: so least
    is hidden.
    """
    order = sorted(groups, key=lambda key: (-_sum(groups[key]), -count(groups[key]), str(key)))
    alone = [key for key in order if enough(groups[key])]
    few = [key for key in order if key not in alone]
    while few and alone and not enough(cell for key in few for cell in groups[key]):
        few.append(alone.pop())
    return [(key,) for key in alone] + ([tuple(few)] if few else [])


def _spans(
    quarters: Sequence[date], parts: Sequence[Sequence[Cell]], enough: Enough
) -> list[tuple[date, ...]]:
    """Return the quarters in runs, as short as may be, in each of which each part is enough."""

    def fits(span: tuple[date, ...]) -> bool:
        return all(enough(cell for cell in part if cell.quarter in span) for part in parts)

    found: list[tuple[date, ...]] = []
    open_: tuple[date, ...] = ()
    for quarter in quarters:
        open_ = (*open_, quarter)
        if fits(open_):
            found.append(open_)
            open_ = ()
    # What is left at the end joins the run before, which may then need the one before it.
    while open_ and found and not fits(open_):
        open_ = (*found.pop(), *open_)
    return [*found, open_] if open_ else found


def _periods(
    cells: Sequence[Cell], parts: Iterable[Sequence[Cell]], enough: Enough
) -> tuple[Period, ...]:
    """Return runs of quarters whose sum over everything tells nothing of few people.

    `parts` are the cells of each block. Who knows the sums of some runs can take away every block
    that lies within them: what is left must be enough, too. It is looked for in runs in a row
    only, so no run may lie in a gap of a block: else that block lay within runs not in a row.
    """
    all_quarters = _quarters(cells)
    by_quarter = [_by(part, lambda cell: cell.quarter) for part in parts]
    # (the quarters to which a block brings anything, its cells); one quarter is in no run's way.
    # What sums to nothing in a quarter stands there all the same: its people may be few.
    wide = [
        (sorted(day for day, some in found.items() if _sum(some)), found)
        for found in by_quarter
        if len(found) > 1
    ]
    gaps = [pair for live, _found in wide for pair in pairwise(live)]

    def rest(span: tuple[date, ...]) -> Iterator[Cell]:
        for live, found in wide:
            if not set(live) <= set(span):
                for quarter in span:
                    yield from found.get(quarter, [])

    def fits(before: Sequence[tuple[date, ...]], span: tuple[date, ...]) -> bool:
        if any(first < span[0] and span[-1] < last for first, last in gaps):
            return False
        for run in [(), *reversed(before)]:
            span = (*run, *span)
            if not enough(rest(span)):
                return False
        return True

    found: list[tuple[date, ...]] = []
    open_: tuple[date, ...] = ()
    for quarter in all_quarters:
        open_ = (*open_, quarter)
        if fits(found, open_):
            found.append(open_)
            open_ = ()
    while open_ and found and not fits(found, open_):
        open_ = (*found.pop(), *open_)
    runs = [*found, open_] if open_ else found
    return tuple(Period(run, _sum(cell for cell in cells if cell.quarter in run)) for run in runs)
