"""Numbers of papers: without gaps in each series and year, whoever asks and whatever fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.timezone import localtime

NEXT = """
INSERT INTO papers_counter (series, year, last) VALUES (%s, %s, 1)
ON CONFLICT (series, year) DO UPDATE SET last = papers_counter.last + 1
RETURNING last
"""
# What bears numbers beside what was given out.
GAPS = """
SELECT coalesce(n.series, c.series), coalesce(n.year, c.year), coalesce(n.found, 0),
    coalesce(n.highest, 0), coalesce(c.last, 0)
FROM (
    SELECT series, year, count(*) AS found, max(sequence) AS highest FROM {table} GROUP BY 1, 2
) n
FULL JOIN (SELECT * FROM papers_counter WHERE series = ANY(%s)) c
    ON c.series = n.series AND c.year = n.year
WHERE n.found IS DISTINCT FROM c.last OR n.highest IS DISTINCT FROM c.last
ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a series: `sequence` counts from one in each `year`."""

    series: str
    year: int
    sequence: int

    def __str__(self) -> str:
        return f"{self.series}-{self.year}-{self.sequence:06d}"


def take(series: str, *, at: datetime) -> Number:
    """Return the next number of `series` in the year that `at` falls into here.

    Call it last of all in a transaction: until that ends, whoever wants the next one waits. If
    it is rolled back, the number is given to the next.
    """
    year = localtime(at).year
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [series, year])
        return Number(series, year, cursor.fetchone()[0])


def gaps(table: str, *series: str) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield (series, year, rows, highest, given) where the rows of `table` leave a gap.

    `table` has the columns series, year and sequence, the last unique in the other two.
    """
    with connection.cursor() as cursor:
        cursor.execute(GAPS.format(table=connection.ops.quote_name(table)), [list(series)])
        yield from cursor.fetchall()


@contextmanager
def numbered_afterwards(table: str, *series: str) -> Iterator[None]:
    """Let rows that are copied by bulk bear numbers of their own, and count them at the end.

    For demonstrations under load alone: what is written inside must leave no gap.
    """
    quoted = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {quoted} DISABLE TRIGGER papers_hold_number")
        try:
            yield
        finally:
            cursor.execute(f"ALTER TABLE {quoted} ENABLE TRIGGER papers_hold_number")
            cursor.execute("ALTER TABLE papers_counter DISABLE TRIGGER papers_hold")
            cursor.execute(
                f"UPDATE papers_counter c SET last = (SELECT max(sequence) FROM {quoted} i"  # noqa: S608
                " WHERE i.series = c.series AND i.year = c.year) WHERE series = ANY(%s)",
                [list(series)],
            )
            cursor.execute("ALTER TABLE papers_counter ENABLE TRIGGER papers_hold")


def copied(series: str, year: str, sequence: str) -> str:
    """Return SQL for the number of copy `k` of a paper whose columns the three name.

    Until `numbered_afterwards` ends the counter says how many originals there are.
    """
    return (
        f"({series} || '-' || {year} || '-' || "
        f"lpad(({copied_sequence(series, year, sequence)})::text, 6, '0'))"
    )


def copied_sequence(series: str, year: str, sequence: str) -> str:
    """Return SQL for the number in the year of copy `k` of such a paper."""
    return (
        # Nothing in this text comes from outside: names of columns.
        f"({sequence} + k * (SELECT c.last FROM papers_counter c"  # noqa: S608
        f" WHERE c.series = {series} AND c.year = {year}))"
    )
