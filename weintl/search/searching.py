"""Search over all that the setting SEARCHES names, in at most three statements."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils.html import escape
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe
from psycopg2.errors import QueryCanceled

from .documents import BEGIN, COLUMNS, END
from .words import LIKE, Words

T = TypeVar("T")
FEW, MANY = 6, 60
# Milliseconds that looking for what is like the words may take: a search is nobody's right to
# keep the database busy.
PATIENCE = 1500
# Of what is merely like the words, only what is nearly as like as the best.
NEARLY = 0.85


@dataclass(frozen=True)
class Hit:
    """One thing found: `excerpt` is safe HTML with the words marked."""

    title: str
    url: str
    detail: str
    excerpt: SafeString


@dataclass(frozen=True)
class Group:
    """What was found of one kind, and how many there are in all."""

    key: str
    name: str
    hits: list[Hit]
    total: int

    @property
    def rest(self) -> int:
        """Return how many are not shown."""
        return self.total - len(self.hits)


@dataclass(frozen=True)
class Found:
    """All that was found; `is_close` says that nothing has the very words."""

    groups: list[Group]
    is_close: bool

    @property
    def total(self) -> int:
        """Return how many things were found."""
        return sum(group.total for group in self.groups)


class Searcher(ABC):
    """Searches one kind of thing that readers may see."""

    name: ClassVar[Any]

    @abstractmethod
    def rows(
        self, words: Words, *, kind: str, closely: bool, now: datetime, limit: int
    ) -> QuerySet[Any, Any]:
        """Return `documents.columns` of public rows only: by word, or by likeness."""

    @abstractmethod
    def hit(self, *, heading: str, address: str, detail: str, excerpt: SafeString) -> Hit:
        """Return what readers see of a row."""


def searchers() -> dict[str, Searcher]:
    """Return a searcher for each kind, in the order in which they are shown."""
    return {kind: import_string(path)() for kind, path in settings.SEARCHES.items()}


def search(words: Words, *, now: datetime, only: str = "") -> Found:
    """Return what has all the words; where nothing has them, what is like them."""
    chosen = {kind: each for kind, each in searchers().items() if only in ("", kind)}
    if not words.terms:
        return Found(groups=[], is_close=False)
    limit = MANY if only else FEW
    rows = _ask(chosen, words, closely=False, now=now, limit=limit)
    if rows:
        return Found(groups=_groups(chosen, rows), is_close=False)
    rows = _ask_closely(chosen, words, now=now, limit=limit)
    best = max((row["rank"] for row in rows), default=0)
    near = [row for row in rows if row["rank"] >= best * NEARLY]
    for kind in chosen:
        same = [row for row in near if row["kind"] == kind]
        for row in same:
            row["total"] = len(same)
    return Found(groups=_groups(chosen, near), is_close=True)


def _ask(
    chosen: dict[str, Searcher], words: Words, *, closely: bool, now: datetime, limit: int
) -> list[dict[str, Any]]:
    first, *others = (
        each.rows(words, kind=kind, closely=closely, now=now, limit=limit)
        for kind, each in chosen.items()
    )
    return [dict(zip(COLUMNS, row, strict=True)) for row in first.union(*others, all=True)]


def _ask_closely(
    chosen: dict[str, Searcher], words: Words, *, now: datetime, limit: int
) -> list[dict[str, Any]]:
    """Return what is like the words; nothing where finding it takes too long."""
    return closely(lambda: _ask(chosen, words, closely=True, now=now, limit=limit))


def closely(ask: Callable[[], list[T]]) -> list[T]:
    """Return what `ask` finds by likeness; nothing where finding it takes too long."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true),"
                    " set_config('statement_timeout', %s, true)",
                    [str(LIKE), str(PATIENCE)],
                )
            return ask()
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return []
        raise


def _groups(chosen: dict[str, Searcher], rows: Iterable[dict[str, Any]]) -> list[Group]:
    found = []
    ordered = sorted(rows, key=lambda row: -row["rank"])
    for kind, searcher in chosen.items():
        own = [row for row in ordered if row["kind"] == kind]
        if own:
            hits = [
                searcher.hit(
                    heading=row["heading"],
                    address=row["address"],
                    detail=row["detail"] or "",
                    excerpt=marked(row["excerpt"] or ""),
                )
                for row in own
            ]
            found.append(Group(key=kind, name=str(searcher.name), hits=hits, total=own[0]["total"]))
    return found


def marked(excerpt: str) -> SafeString:
    """Return an excerpt as HTML: escaped first, then the words found are marked."""
    safe = escape(excerpt).replace(BEGIN, "<mark>").replace(END, "</mark>")
    return mark_safe(safe)  # noqa: S308
