"""What must hold of pieces that came back, recomputed from the database alone."""

from collections.abc import Iterator

from django.db import connection

# A returned piece is on the shelf or written off, never both; no other one is either.
ONE_PLACE = """
SELECT u.id, u.state, m.id IS NOT NULL, w.id IS NOT NULL
FROM marketplace_unit u
LEFT JOIN marketplace_stockmove m ON m.source_key = 'unit/' || u.id || '/returned'
LEFT JOIN marketplace_writeoff w ON w.unit_id = u.id
WHERE (m.id IS NOT NULL)::int + (w.id IS NOT NULL)::int <> (u.state = 'returned')::int
ORDER BY u.id
"""


def check_returned_in_one_place() -> Iterator[str]:
    """A returned piece went back to the shelf or was written off, one of both."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_PLACE)
        for unit, state, is_back, is_off in cursor.fetchall():
            yield f"Piece {unit} is {state}; on the shelf again: {is_back}, written off: {is_off}."


CHECKS = [check_returned_in_one_place]
