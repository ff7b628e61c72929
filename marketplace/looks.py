"""The numbers beside the filters, counted by looks (`models.Look`), of which there are few.

The database says how many pieces each look has; what a look is, each process remembers for ever,
as bits: a number for each choice of each filter, in which every look that has the choice is a
bit. Looks that meet several filters are then found by AND, and pieces are counted by the bits in
numbers that hold one binary digit of the looks' counts each (a bit-sliced index, O'Neil and Quass
1997): twenty thousand looks take as long as a few.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
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


@dataclass(frozen=True, slots=True)
class Group:
    """How many pieces each of some looks has, of those that are in stock and in range, or not."""

    is_in_stock: bool
    is_within: bool
    looks: list[int]
    pieces: list[int]


class Tally:
    """How many pieces each look has: all, those in stock, those within a range of prices."""

    def __init__(self, groups: Sequence[Group], *, places: Mapping[int, int] | None = None) -> None:
        """Take the groups, each once; `places` of looks, where memory is not to say them."""
        if places is None:
            places = memory.places({look for group in groups for look in group.looks})
        self._groups = [
            (group.is_in_stock, group.is_within, _sliced(group, places)) for group in groups
        ]
        self._slices: dict[tuple[bool, bool], list[int]] = {}

    def slices(self, *, in_stock: bool, within: bool) -> list[int]:
        """Return for each binary digit the looks whose number of pieces has it."""
        known = self._slices.get((in_stock, within))
        if known is None:
            known = []
            for has_stock, is_within, own in self._groups:
                if (has_stock or not in_stock) and (is_within or not within):
                    known = added(known, own)
            self._slices[in_stock, within] = known
        return known

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


def _sliced(group: Group, places: Mapping[int, int]) -> list[int]:
    """Return for each binary digit the looks of a group whose number of pieces has it."""
    having: dict[int, list[int]] = {}
    for look, pieces in zip(group.looks, group.pieces, strict=True):
        having.setdefault(pieces, []).append(places[look])
    found = [0] * max(having, default=0).bit_length()
    for pieces, own in having.items():
        bits = bits_at(own)
        for digit in range(pieces.bit_length()):
            if pieces >> digit & 1:
                found[digit] |= bits
    return found


def added(one: Sequence[int], other: Sequence[int]) -> list[int]:
    """Return the sums of two numbers a bit: for each binary digit the bits whose sum has it."""
    found, carried = [], 0
    for first, second in zip_longest(one, other, fillvalue=0):
        either = first ^ second
        found.append(either ^ carried)
        carried = first & second | either & carried
    return [*found, carried] if carried else found


def tally(scope: QuerySet[Listing], *, within: Q | None = None) -> Tally:
    """Count the pieces of `scope` by look: one statement, and one more for unknown looks."""
    known: Any = Value(True)
    if within is not None:
        known = Case(When(within, then=True), default=False)
    rows = scope.order_by().annotate(within=known)
    counted = rows.values_list("is_in_stock", "within", "look").annotate(pieces=Count("*"))
    groups: dict[tuple[bool, bool], Group] = {}
    for is_in_stock, is_within, look, pieces in counted:
        key = (is_in_stock, is_within)
        group = groups.setdefault(key, Group(is_in_stock, is_within, [], []))
        group.looks.append(look)
        group.pieces.append(pieces)
    return Tally(list(groups.values()))
