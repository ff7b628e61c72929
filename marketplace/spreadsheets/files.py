"""Bring a table: see every difference and every mistake first, then take it over, or nothing of it.

Looking does all that taking over does, in a transaction that is rolled back: what the database
would refuse is told beforehand. Whoever takes over gets what was shown, or is shown anew.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from tablib import Dataset

from partners.sheets import sheet

from .. import counting
from ..models import CatalogueFile
from . import counts, reading
from .products import ProductResource
from .reading import Table, WrongFile
from .resources import CatalogueResource
from .variants import VariantResource

Kind = CatalogueFile.Kind
RESOURCES: dict[str, type[CatalogueResource]] = {
    Kind.PRODUCTS: ProductResource,
    Kind.VARIANTS: VariantResource,
}
# What nobody took over goes after so long.
KEEP = timedelta(days=7)
# Spreadsheets take a file without this mark for one of another encoding.
MARK = b"\xef\xbb\xbf"
Findings = dict[str, Any]


class NotPossible(ValueError):
    """A file cannot be taken over; `message` says why, to a person."""

    message = gettext_lazy("This file cannot be taken over.")


class Differs(NotPossible):
    """It would change something else than was shown."""

    message = gettext_lazy("The catalogue changed meanwhile: look at the differences again.")


class Wrong(NotPossible):
    """It has mistakes."""

    message = gettext_lazy("The file has mistakes: nothing was changed.")


def as_csv(kind: str) -> bytes:
    """Return all rows of a table, no cell a formula, to be brought back."""
    if kind == Kind.COUNT:
        return MARK + counts.as_csv()
    resource = RESOURCES[kind]()
    dataset = resource.export()
    return MARK + sheet(dataset.headers, iter(dataset))


def columns(kind: str) -> tuple[str, ...]:
    """Return the heads that a table may have."""
    if kind == Kind.COUNT:
        return counts.COLUMNS
    resource = RESOURCES[kind]()
    return tuple(field.column_name for field in resource.get_import_fields())


def bring(*, kind: str, name: str, data: bytes, actor: Any, now: datetime) -> CatalogueFile:
    """Keep a file and what it would change. Raises WrongFile for what is no such table."""
    CatalogueFile.objects.filter(applied_at=None, brought_at__lt=now - KEEP).delete()
    return CatalogueFile.objects.create(
        kind=kind,
        name=name[-120:] or kind,
        sha256=sha256(data).hexdigest(),
        content=data,
        findings=_look(kind, data, actor=actor, now=now),
        brought_by=actor,
        brought_at=now,
    )


def _read(kind: str, data: bytes) -> Table:
    key = "sku" if kind == Kind.COUNT else RESOURCES[kind].KEY
    return reading.read(data, known=columns(kind), needed=[key])


def _look(
    kind: str, data: bytes, *, actor: Any, now: datetime, key: str = "", books: Any = None
) -> Findings:
    """Return what taking over would do; with `key` do it, if nothing is wrong."""
    table = _read(kind, data)
    if kind == Kind.COUNT:
        return _count(table, actor=actor, now=now, key=key, books=books or {})
    with transaction.atomic():
        findings = _import(RESOURCES[kind](locks=bool(key)), table)
        if findings["errors"] or not key:
            transaction.set_rollback(True)
    return findings


def apply(*, file_id: int, actor: Any, now: datetime) -> CatalogueFile:
    """Take over a file, all of it; one that was taken over stays as it is.

    Raises Wrong for one with mistakes, Differs where it would change something else than was
    shown; what it would change now is kept then. Raises stock.Busy.
    """
    with transaction.atomic():
        kept = CatalogueFile.objects.select_for_update().get(pk=file_id)
        if kept.applied_at is not None:
            return kept
        if kept.findings["errors"]:
            raise Wrong
        is_same = _take_over(kept, actor=actor, now=now)
        if is_same:
            kept.applied_at, kept.content = now, b""
        else:
            kept.findings = _look(kept.kind, bytes(kept.content), actor=actor, now=now)
        kept.save(update_fields=["applied_at", "content", "findings"])
    if not is_same:
        raise Differs
    return kept


def _take_over(kept: CatalogueFile, *, actor: Any, now: datetime) -> bool:
    """Change what was shown; change nothing and say False where it would be something else."""
    data, books = bytes(kept.content), kept.findings.get("books")
    with transaction.atomic():
        found = _look(kept.kind, data, actor=actor, now=now, key=f"file-{kept.pk}", books=books)
        if found != kept.findings:
            transaction.set_rollback(True)
            return False
    return True


def _import(resource: CatalogueResource, table: Table) -> Findings:
    """Store the rows inside the caller's transaction and return what differs and what is wrong."""
    dataset = Dataset(*table.rows, headers=table.heads)
    result = resource.import_data(dataset, dry_run=False, use_transactions=True)
    found = _Findings(table)
    for error in result.base_errors:
        raise error.error
    for row in result.invalid_rows:
        for attribute, sentences in row.error_dict.items():
            for words in sentences:
                found.wrong(row.number - 1, resource.column_of(attribute), words)
    for row in result.error_rows:
        found.wrong(row.number - 1, "", _refused(row.errors[0].error))
    changed: list[tuple[int, Any]] = []
    keys = table.heads.index(resource.KEY)
    broken = {row.number for row in (*result.invalid_rows, *result.error_rows)}
    for place, row in enumerate(result.rows):
        if place + 1 in broken:
            continue
        if row.is_skip():
            found.same += 1
            continue
        changed.append((place, row.instance))
        found.differ(place, table.rows[place][keys], row.diff, is_new=row.is_new())
    if not found.errors:
        for place, column, words in resource.after_rows(changed):
            found.wrong(place, column, words)
    if not found.errors:
        _ask_database(found)
    return found.as_dict()


def _ask_database(found: "_Findings") -> None:
    """Have the rules checked that the database checks at the end of a transaction."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except DatabaseError as error:
        found.errors.append([0, "", _refused(error)])


def _refused(error: Exception) -> str:
    if isinstance(error, DatabaseError):
        return _("The database refuses this row: %(why)s") % {
            "why": str(error).partition("\n")[0][:200]
        }
    raise error


def _count(table: Table, *, actor: Any, now: datetime, key: str, books: Any) -> Findings:
    found = _Findings(table)
    rows, wrong = counts.found(table, fallback=books)
    for place, column, words in wrong:
        found.wrong(place, column, words)
    at = table.heads.index("sku")
    places: dict[str, int] = {}
    for place, cells in enumerate(table.rows):
        places.setdefault(cells[at].strip(), place)
    seen: dict[str, list[int]] = {}
    for line in counting.compare(rows, now=now):
        seen[line.variant.sku] = list(counting.book_of(line.stock))
        place = places[line.variant.sku]
        for column, words in counts.refusals(line):
            found.wrong(place, column, words)
        if line.differs:
            found.differ(place, line.variant.sku, counts.changes(line), is_new=False)
        else:
            found.same += 1
        found.money = found.money or line.moves_money
    if not rows and not found.errors:
        found.errors.append([0, "", _("Nothing was counted: fill in owned or consigned.")])
    if key and not found.errors:
        counting.book(rows, words=_("From a file"), request_key=key, actor=actor, now=now)
    return {**found.as_dict(), "books": books or seen, "money": found.money}


class _Findings:
    """What a table differs in and what is wrong with it, by the rows of the spreadsheet."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.new = self.changed = self.same = 0
        self.changes: list[list[Any]] = []
        self.errors: list[list[Any]] = []
        self.money = False

    def wrong(self, place: int, column: str, words: Any) -> None:
        self.errors.append([self.table.numbers[place], column, str(words)])

    def differ(
        self, place: int, key: str, changes: Iterable[Sequence[str]], *, is_new: bool
    ) -> None:
        if is_new:
            self.new += 1
        else:
            self.changed += 1
        number = self.table.numbers[place]
        self.changes += [[number, key, column, old, new] for column, old, new in changes]

    def as_dict(self) -> Findings:
        return {
            "rows": len(self.table.rows),
            "new": self.new,
            "changed": self.changed,
            "same": self.same,
            "changes": self.changes,
            "errors": sorted(self.errors),
        }


__all__ = ["Differs", "NotPossible", "Wrong", "WrongFile", "apply", "as_csv", "bring", "columns"]
