"""Which totals may be shown: none of few entries, and none to be had by subtracting. Pure.

All that is published is sums of the blocks that are made here. Each block has entries enough,
so has each difference of two sums of blocks. Periods, which run across the blocks, are chosen so
that what they add to the blocks has entries enough as well. Rules: docs/money.md.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

T = TypeVar("T")
# A programme's number, or None for gifts that have no programme yet.
Owner = int | None


@dataclass(frozen=True, slots=True)
class Cell:
    """What came to one use of one programme in one quarter, and by how many entries."""

    owner: Owner
    use: str
    quarter: date
    amount: int
    entries: int


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
    """Return how many entries stand behind `cells`, at least.

    One entry may touch several uses, but lies in one quarter and credits one programme.
    """
    most: dict[tuple[Owner, date], int] = {}
    for cell in cells:
        key = (cell.owner, cell.quarter)
        most[key] = max(most.get(key, 0), cell.entries)
    return sum(most.values())


def publish(cells: Sequence[Cell], *, at_least: int) -> Published:
    """Return what may be shown of the cells of one currency.

    Programmes with fewer entries than `at_least` are shown together, so are uses of one
    programme and quarters in a row; nothing at all while all of it is too little.
    """

    def enough(some: Iterable[Cell]) -> bool:
        found = [cell for cell in some if cell.entries or cell.amount]
        return not found or count(found) >= at_least

    if not cells or not enough(cells) or not any(cell.entries for cell in cells):
        return Published()
    blocks: list[Block] = []
    for owners in _together(_by(cells, lambda cell: cell.owner), enough):
        own = [cell for cell in cells if cell.owner in owners]
        uses = _together(_by(own, lambda cell: cell.use), enough)
        parts = [[cell for cell in own if cell.use in names] for names in uses]
        for quarters in _spans(_quarters(own), parts, enough):
            for names, part in zip(uses, parts, strict=True):
                within = [cell for cell in part if cell.quarter in quarters]
                if within:
                    blocks.append(Block(owners, names, quarters, _sum(within)))
    return Published(tuple(blocks), _periods(cells, blocks, enough))


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


def _periods(cells: Sequence[Cell], blocks: Sequence[Block], enough: Enough) -> tuple[Period, ...]:
    """Return runs of quarters whose sum over everything tells nothing of few entries.

    Who knows the sums of some runs in a row can take away every block that lies within them:
    what is left must be enough, too.
    """
    spans: dict[tuple[Owner, ...], set[tuple[date, ...]]] = {}
    for block in blocks:
        spans.setdefault(block.owners, set()).add(block.quarters)
    by_place = _by(cells, lambda cell: (cell.owner, cell.quarter))

    def rest(span: tuple[date, ...]) -> Iterator[Cell]:
        for owners, own in spans.items():
            whole = {quarter for run in own if set(run) <= set(span) for quarter in run}
            for quarter in span:
                if quarter not in whole:
                    for owner in owners:
                        yield from by_place.get((owner, quarter), [])

    def fits(before: Sequence[tuple[date, ...]], span: tuple[date, ...]) -> bool:
        for run in [(), *reversed(before)]:
            span = (*run, *span)
            if not enough(rest(span)):
                return False
        return True

    found: list[tuple[date, ...]] = []
    open_: tuple[date, ...] = ()
    for quarter in _quarters(cells):
        open_ = (*open_, quarter)
        if fits(found, open_):
            found.append(open_)
            open_ = ()
    while open_ and found and not fits(found, open_):
        open_ = (*found.pop(), *open_)
    runs = [*found, open_] if open_ else found
    return tuple(Period(run, _sum(cell for cell in cells if cell.quarter in run)) for run in runs)
