"""Copy a whole world of rows inside the database, so many times: for tests under load.

Every table says which columns point to other copied rows and which words must be new. A
copy's rows then hang together exactly as their originals do, so that whatever holds of the
originals (shares, balances, stock) holds of the copies. Ids are computed, not drawn: copy k
of a table's rows lies one span of ids after copy k-1.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction

# (table, SQL of an original's id) -> SQL of the id of its copy `k`.
Moved = Callable[[str, str], str]
# Takes `moved` and an SQL text that stands for an original's word or id.
Word = Callable[[Moved, str], str]
# A transaction of about this many rows takes a second or two.
ROWS_AT_ONCE = 20_000


def fresh(sql: str, *, length: int = 24) -> str:
    """Return SQL for a word of so many hexadecimal digits that is new in each copy."""
    return f"substr(md5({sql} || '/' || k), 1, {length})"


def fresh_uuid(sql: str) -> str:
    """Return SQL for a UUID that is new in each copy, and the same wherever it is named."""
    return f"md5({sql}::text || '/' || k)::uuid"


def numbered(sql: str) -> str:
    """Return SQL for a word with the number of its copy behind it."""
    return f"{sql} || '-x' || k"


def row_of(table: str) -> Word:
    """Return how the id of a copied row of `table`, written as text, changes."""
    return lambda moved, sql: f"({moved(table, f'({sql})::bigint')})::text"


def _nothing_new(moved: Moved) -> dict[str, str]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Copied:
    """One table. `points` names the tables that columns point to; `words` gives SQL over `t`.

    Columns in neither are copied as they are; rows that `only` leaves out are not.
    """

    table: str
    points: Mapping[str, str] = field(default_factory=dict)
    words: Callable[[Moved], Mapping[str, str]] = _nothing_new
    only: str = "true"


class Copier:
    """Copies the rows that stand in `tables` when it is made; later ones are left alone."""

    def __init__(self, tables: Sequence[Copied], *, copies: int) -> None:
        """Measure the originals and reserve ids for all copies."""
        self.tables = tables
        self.copies = copies
        self._low: dict[str, int] = {}
        self._span: dict[str, int] = {}
        self._start: dict[str, int] = {}
        self.rows = 0
        for one in tables:
            self._reserve(one.table)

    def _reserve(self, table: str) -> None:
        with connection.cursor() as cursor:
            # Nothing in this text comes from outside: the name of one of our tables.
            limits = f"SELECT coalesce(min(id), 1), coalesce(max(id), 0), count(*) FROM {table}"  # noqa: S608
            cursor.execute(limits)
            low, high, count = cursor.fetchone()
            cursor.execute(
                "SELECT greatest(%s, nextval(pg_get_serial_sequence(%s, 'id'))) + 1", [high, table]
            )
            (start,) = cursor.fetchone()
            span = high - low + 1
            last = start + span * self.copies
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, last])
        self._low[table], self._span[table], self._start[table] = low, span, start
        self.rows += count

    def _moved(self, table: str, sql: str) -> str:
        start, span, low = self._start[table], self._span[table], self._low[table]
        return f"({start} + (k - 1) * {span}::bigint + ({sql} - {low}))"

    def run(self) -> Iterator[int]:
        """Copy in blocks, each in a transaction of its own; yield how many copies are done."""
        block = max(1, ROWS_AT_ONCE // max(1, self.rows))
        for first in range(1, self.copies + 1, block):
            last = min(first + block - 1, self.copies)
            with transaction.atomic():
                for one in self.tables:
                    self._copy(one, first=first, last=last)
            yield last

    def _copy(self, one: Copied, *, first: int, last: int) -> None:
        new = {"id": self._moved(one.table, "t.id")}
        new |= {column: self._moved(to, f"t.{column}") for column, to in one.points.items()}
        new |= one.words(self._moved)
        quote = connection.ops.quote_name
        with connection.cursor() as cursor:
            # What the database computes of the others is not written.
            cursor.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass"
                " AND attgenerated <> ''",
                [one.table],
            )
            computed = {name for (name,) in cursor.fetchall()}
            columns = [
                column.name
                for column in connection.introspection.get_table_description(cursor, one.table)
                if column.name not in computed
            ]
            values = ", ".join(new.get(column, f"t.{quote(column)}") for column in columns)
            low, high = self._low[one.table], self._low[one.table] + self._span[one.table] - 1
            # Nothing here comes from outside: names of our tables, and numbers.
            cursor.execute(
                f"INSERT INTO {one.table} ({', '.join(map(quote, columns))}) "  # noqa: S608
                f"SELECT {values} FROM {one.table} t, generate_series({first}, {last}) AS k "
                f"WHERE t.id BETWEEN {low} AND {high} AND {one.only} ORDER BY k, t.id"
            )


def analyze(tables: Sequence[Copied]) -> None:
    """Let the planner see what has grown."""
    with connection.cursor() as cursor:
        for one in tables:
            cursor.execute(f"ANALYZE {one.table}")
