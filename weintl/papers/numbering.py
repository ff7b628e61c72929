"""Numbers of papers: without gaps in each series and year, whoever asks and whatever fails."""

from collections.abc import Iterator
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
