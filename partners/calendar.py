"""The day that a moment belongs to in the books: one function in the database, for all."""

from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg2 import sql

# Days follow DISPLAY_TIME_ZONE, which the database cannot read: the function names it.
DAY = """
CREATE OR REPLACE FUNCTION ledger_day(moment timestamptz) RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT (moment AT TIME ZONE {zone})::date $$
"""


def keep_day(*, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Let the database count days in DISPLAY_TIME_ZONE. Runs after each migration."""
    with connections[using].cursor() as cursor:
        cursor.execute(sql.SQL(DAY).format(zone=sql.Literal(settings.DISPLAY_TIME_ZONE)))
