"""Queries that are asked again and again: built once a process, asked with other values.

A query of many parts takes Django longer to build than the database to answer.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.utils.translation import get_language

M = TypeVar("M", bound=Model)
# What stands for a value while the query is built; nothing else in a query equals it.
MARKS: dict[type, Callable[[int], Any]] = {
    str: lambda number: f"\ue000value {number}\ue000",
    datetime: lambda number: datetime(1, 1, 1, 0, 0, 0, 1 + number, UTC),
}


class Prepared(Generic[M]):
    """A query whose values change and whose parts do not, for each language.

    `build` is called with a mark for each value and may only hand them on to the database. What
    it takes from the settings stays as it was; what `select_related` and `prefetch_related` would
    bring along is not there.
    """

    def __init__(self, build: Callable[..., QuerySet[M]], **kinds: type) -> None:
        """Keep how it is built, and the kinds of its values by name: str or datetime."""
        self._build, self._kinds = build, kinds
        self._known: dict[str | None, tuple[type[M], str, tuple[Any, ...]]] = {}

    def rows(self, **values: Any) -> list[M]:
        """Ask with these values; return rows with their annotations."""
        language = get_language()
        if language not in self._known:
            self._known[language] = self._compiled()
        model, sql, parts = self._known[language]
        given = [values[part.name] if isinstance(part, _Place) else part for part in parts]
        return list(model._default_manager.raw(sql, given))

    def _compiled(self) -> tuple[type[M], str, tuple[Any, ...]]:
        marks = {
            name: MARKS[kind](number) for number, (name, kind) in enumerate(self._kinds.items())
        }
        query = self._build(**marks)
        compiler = query.query.get_compiler(connection=connections[DEFAULT_DB_ALIAS])
        sql, params = compiler.as_sql()
        parts = tuple(_part(param, marks) for param in params)
        missing = set(marks) - {part.name for part in parts if isinstance(part, _Place)}
        if missing:
            raise ValueError(f"{sorted(missing)} went into the query otherwise than as a value.")
        return query.model, sql, parts


class _Place:
    """Where a value goes."""

    def __init__(self, name: str) -> None:
        self.name = name


def _part(param: Any, marks: dict[str, Any]) -> Any:
    for name, mark in marks.items():
        if type(param) is type(mark) and param == mark:
            return _Place(name)
    return param
