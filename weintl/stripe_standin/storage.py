"""All that the stand-in knows, in one SQLite file: it survives a kill at any moment.

WAL with synchronous=NORMAL: a transaction is whole or absent, and costs no wait for the disk.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    created INTEGER NOT NULL, body TEXT NOT NULL, hidden TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS objects_newest ON objects (kind, created, seq);
CREATE INDEX IF NOT EXISTS objects_intent
    ON objects (kind, json_extract(body, '$.payment_intent'));
CREATE INDEX IF NOT EXISTS objects_charge ON objects (kind, json_extract(body, '$.charge'));
CREATE INDEX IF NOT EXISTS objects_source ON objects (kind, json_extract(body, '$.source'));
CREATE INDEX IF NOT EXISTS objects_session ON objects (kind, json_extract(hidden, '$.session'));
CREATE TABLE IF NOT EXISTS timers (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, object TEXT NOT NULL,
    due_provider REAL NOT NULL, due_true REAL, failures INTEGER NOT NULL DEFAULT 0,
    retry_at REAL NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS timers_due ON timers (due_provider);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, endpoint TEXT NOT NULL,
    state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, due);
CREATE INDEX IF NOT EXISTS deliveries_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, delivery INTEGER NOT NULL, event TEXT NOT NULL,
    type TEXT NOT NULL, url TEXT NOT NULL, at REAL NOT NULL, status INTEGER, error TEXT NOT NULL,
    milliseconds INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, method TEXT NOT NULL, path TEXT NOT NULL, digest TEXT NOT NULL,
    request TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
# Columns that files of earlier versions lack.
ADDED = {
    "failures": "INTEGER NOT NULL DEFAULT 0",
    "retry_at": "REAL NOT NULL DEFAULT 0",
    "error": "TEXT NOT NULL DEFAULT ''",
}
TABLES = ("objects", "timers", "deliveries", "attempts", "answers", "settings")


@dataclass
class Record:
    """One of the provider's objects: what it shows, and what only the stand-in knows of it."""

    id: str
    kind: str
    body: dict[str, Any]
    hidden: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Query:
    """Which objects of a kind: names of body fields (or `hidden.x`) and their values."""

    kind: str
    where: Mapping[str, Any] = field(default_factory=dict)
    # (operator, value) on the time of creation, e.g. (">=", 1700000000)
    created: tuple[tuple[str, int], ...] = ()
    types: tuple[str, ...] = ()
    raw: tuple[str, ...] = ()


class Store:
    """The file, one connection, one lock: requests are answered one after the other."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)
        known = {row["name"] for row in self._db.execute("PRAGMA table_info(timers)")}
        for name, kind in ADDED.items():
            if name not in known:
                self._db.execute(f"ALTER TABLE timers ADD COLUMN {name} {kind}")

    def close(self) -> None:
        """Write back and close the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the lock; all or nothing is written. Inner ones join the outermost."""
        with self._lock:
            if self._depth == 0:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._db.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._db.execute("COMMIT")

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Inside a transaction: undo what the block wrote if it raises."""
        self.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            self.execute("ROLLBACK TO attempt")
            raise
        finally:
            self.execute("RELEASE attempt")

    def execute(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Run one statement and return its rows."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def put(self, kind: str, body: dict[str, Any], **hidden: Any) -> Record:
        """Add an object; its body carries `id` and `created`."""
        record = Record(id=body["id"], kind=kind, body=body, hidden=hidden)
        self.execute(
            "INSERT INTO objects (id, kind, created, body, hidden) VALUES (?, ?, ?, ?, ?)",
            record.id, kind, body.get("created", 0), json.dumps(body), json.dumps(hidden),
        )  # fmt: skip
        return record

    def save(self, record: Record) -> None:
        """Write an object back."""
        self.execute(
            "UPDATE objects SET body = ?, hidden = ? WHERE id = ?",
            json.dumps(record.body), json.dumps(record.hidden), record.id,
        )  # fmt: skip

    def remove(self, object_id: str) -> None:
        """Forget an object."""
        self.execute("DELETE FROM objects WHERE id = ?", object_id)

    def get(self, kind: str, object_id: str) -> Record | None:
        """Return the object, or None."""
        rows = self.execute(
            "SELECT * FROM objects WHERE id = ? AND (kind = ? OR ? = '')", object_id, kind, kind
        )
        return _record(rows[0]) if rows else None

    def find(
        self,
        query: Query,
        *,
        limit: int = -1,
        after: str | None = None,
        before: str | None = None,
    ) -> list[Record]:
        """Return objects, newest first; `after` and `before` are ids of the page's neighbours."""
        clauses, values = _where(query)
        direction = "DESC"
        for cursor, sign in ((after, "<"), (before, ">")):
            if cursor is not None:
                clauses.append(
                    f"(created, seq) {sign} "  # noqa: S608
                    "(SELECT created, seq FROM objects WHERE id = ?)"
                )
                values.append(cursor)
                direction = "DESC" if sign == "<" else "ASC"
        sql = (
            f"SELECT * FROM objects WHERE {' AND '.join(clauses)} "  # noqa: S608
            f"ORDER BY created {direction}, seq {direction} LIMIT ?"
        )
        rows = [_record(row) for row in self.execute(sql, *values, limit)]
        return rows if direction == "DESC" else rows[::-1]

    def setting(self, name: str, default: Any) -> Any:
        """Return a stored JSON value."""
        rows = self.execute("SELECT value FROM settings WHERE name = ?", name)
        return json.loads(rows[0]["value"]) if rows else default

    def set(self, name: str, value: Any) -> None:
        """Store a JSON value."""
        self.execute(
            "INSERT OR REPLACE INTO settings VALUES (?, ?)",
            name, json.dumps(value),
        )  # fmt: skip

    def clear(self) -> None:
        """Forget everything."""
        for table in TABLES:
            self.execute(f"DELETE FROM {table}")  # noqa: S608

    def counts(self) -> dict[str, int]:
        """Return how many objects of each kind exist."""
        rows = self.execute("SELECT kind, count(*) AS n FROM objects GROUP BY kind ORDER BY kind")
        return {row["kind"]: row["n"] for row in rows}


def _record(row: sqlite3.Row) -> Record:
    return Record(
        id=row["id"],
        kind=row["kind"],
        body=json.loads(row["body"]),
        hidden=json.loads(row["hidden"]),
    )


def _where(query: Query) -> tuple[list[str], list[Any]]:
    """Names come from the stand-in's own code, values are bound: nothing to inject into."""
    clauses = ["kind = ?"]
    values: list[Any] = [query.kind]
    for name, value in query.where.items():
        column, _, path = name.rpartition("hidden.")
        column = "hidden" if name.startswith("hidden.") else "body"
        clauses.append(f"json_extract({column}, '$.{path or name}') = ?")
        values.append(value)
    for operator, moment in query.created:
        clauses.append(f"created {operator} ?")
        values.append(moment)
    if query.types:
        clauses.append(f"json_extract(body, '$.type') IN ({', '.join('?' * len(query.types))})")
        values.extend(query.types)
    clauses.extend(query.raw)
    return clauses, values
