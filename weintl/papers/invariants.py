"""What must hold of kept papers. Each check yields a sentence a breach."""

from collections.abc import Iterator

from django.db import connection


def check_papers_are_what_was_made() -> Iterator[str]:
    """Every kept paper is, to the byte, what was handed out first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key FROM papers_paper"
            " WHERE content IS NOT NULL AND encode(sha256(content), 'hex') <> sha256 ORDER BY key"
        )
        for (key,) in cursor.fetchall():
            yield f"Paper {key} is not what was made."


CHECKS = [check_papers_are_what_was_made]
