"""Every table of the database, searched for a word."""

from django.db import connection


def tables_that_hold(word: str) -> list[str]:
    """Return every table of the database in which a row holds `word` anywhere."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" AS t WHERE strpos(lower(t::text), %s) > 0',
                [word.lower()],
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found
