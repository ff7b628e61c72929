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
# A piece is open in an open request only; one whose money went back is in that refund.
LOOSE = """
SELECT p.id, r.id, r.state
FROM marketplace_returnpiece p
JOIN marketplace_returnrequest r ON r.id = p.request_id
WHERE (p.is_open AND r.state NOT IN ('asked', 'agreed', 'received'))
   OR (r.state = 'refunded' AND p.condition IN ('good', 'damaged') AND NOT EXISTS (
        SELECT FROM marketplace_orderrefund_units u WHERE u.unit_id = p.unit_id))
ORDER BY p.id
"""


def check_returned_in_one_place() -> Iterator[str]:
    """A returned piece went back to the shelf or was written off, one of both."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_PLACE)
        for unit, state, is_back, is_off in cursor.fetchall():
            yield f"Piece {unit} is {state}; on the shelf again: {is_back}, written off: {is_off}."


def check_returns_are_settled() -> Iterator[str]:
    """A return that is over leaves no piece open, and one given back names its refund's pieces."""
    with connection.cursor() as cursor:
        cursor.execute(LOOSE)
        for piece, request, state in cursor.fetchall():
            yield f"Piece {piece} of return {request} does not fit its state, {state}."


CHECKS = [check_returned_in_one_place, check_returns_are_settled]
