"""The numbers beside the filters, counted by looks (`models.Look`), of which there are few.

The database says how many pieces each look has; what a look is, each process remembers for ever,
as bits: a number for each choice of each filter, in which every look that has the choice is a
bit. Looks that meet several filters are then found by AND, and pieces are counted by the bits in
numbers that hold one binary digit of the looks' counts each (a bit-sliced index, O'Neil and Quass
1997): twenty thousand looks take as long as a few.
"""

from collections.abc import Hashable, Iterable, Sequence
from threading import Lock
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Value, When

from .models import Listing, Look

FIELDS = ("category_id", "technique_id", "programme_id", "is_one_of_a_kind", "step")
ARRAYS = ("materials", "colours")


class Memory:
    """What a process knows of looks; `bits[field][value]` are those that have a value."""

    def __init__(self) -> None:
        """Begin without any."""
        self._place: dict[int, int] = {}
        self.ids: list[int] = []
        self.bits: dict[str, dict[Hashable, int]] = {name: {} for name in (*FIELDS, *ARRAYS)}
        self._lock = Lock()

    def places(self, looks: Iterable[int]) -> dict[int, int]:
        """Return the place of each look's bit, reading those not yet known in one statement."""
        missing = [pk for pk in looks if pk not in self._place]
        if missing:
            with self._lock:
                self._learn([pk for pk in missing if pk not in self._place])
        return self._place

    def _learn(self, missing: list[int]) -> None:
        rows = Look.objects.filter(pk__in=missing).values_list("pk", *FIELDS, *ARRAYS)
        new: dict[str, dict[Hashable, list[int]]] = {name: {} for name in self.bits}
        places = {}
        for place, (pk, *values) in enumerate(rows, start=len(self.ids)):
            places[pk] = place
            for name, value in zip(FIELDS, values, strict=False):
                new[name].setdefault(value, []).append(place)
            for name, codes in zip(ARRAYS, values[len(FIELDS) :], strict=True):
                for code in codes:
                    new[name].setdefault(code, []).append(place)
        self.ids += places
        for name, found in new.items():
            own = self.bits[name]
            # Another thread may go through the old one meanwhile.
            more = {value: own.get(value, 0) | bits_at(found[value]) for value in found}
            self.bits[name] = {**own, **more}
        # Last: who finds a place here finds its bits too.
        self._place.update(places)

    def having(self, name: str, values: Iterable[Hashable]) -> int:
        """Return the looks that have any of the values."""
        found = 0
        for value in values:
            found |= self.bits[name].get(value, 0)
        return found

    def named(self, looks: int) -> list[int]:
        """Return the ids of looks."""
        found = []
        while looks:
            last = looks & -looks
            found.append(self.ids[last.bit_length() - 1])
            looks ^= last
        return found


memory = Memory()


def bits_at(places: Sequence[int]) -> int:
    """Return a number with these bits."""
    if not places:
        return 0
    row = bytearray(max(places) // 8 + 1)
    for place in places:
        row[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(row, "little")


class Tally:
    """How many pieces each look has: all, those in stock, those within a range of prices."""

    def __init__(self, rows: Sequence[tuple[int, bool, bool, int]]) -> None:
        """Take rows of look, whether in stock, whether within the range, and pieces."""
        self._rows = rows
        self._place = memory.places({row[0] for row in rows})
        self._slices: dict[tuple[bool, bool], list[int]] = {}

    def slices(self, *, in_stock: bool, within: bool) -> list[int]:
        """Return for each binary digit the looks whose number of pieces has it."""
        known = self._slices.get((in_stock, within))
        if known is not None:
            return known
        numbers: dict[int, int] = {}
        for look, has_stock, is_within, pieces in self._rows:
            if (has_stock or not in_stock) and (is_within or not within):
                place = self._place[look]
                numbers[place] = numbers.get(place, 0) + pieces
        digits: list[list[int]] = []
        for place, pieces in numbers.items():
            while pieces >> len(digits):
                digits.append([])
            for digit, places in enumerate(digits):
                if pieces >> digit & 1:
                    places.append(place)
        found = [bits_at(places) for places in digits]
        self._slices[in_stock, within] = found
        return found

    def count(self, looks: int, *, in_stock: bool = False, within: bool = False) -> int:
        """Return how many pieces these looks have."""
        slices = self.slices(in_stock=in_stock, within=within)
        return sum((looks & each).bit_count() << digit for digit, each in enumerate(slices))

    def present(self, looks: int, *, in_stock: bool, within: bool) -> int:
        """Return those of the looks that have such a piece."""
        found = 0
        for each in self.slices(in_stock=in_stock, within=within):
            found |= each
        return looks & found


def tally(scope: QuerySet[Listing], *, within: Q | None = None) -> Tally:
    """Count the pieces of `scope` by look: one statement, and one more for unknown looks."""
    known: Any = Value(True)
    if within is not None:
        known = Case(When(within, then=True), default=False)
    rows = scope.order_by().annotate(within=known)
    counted = rows.values_list("look", "is_in_stock", "within").annotate(pieces=Count("*"))
    return Tally(list(counted))
