"""How the migration of an app has its tables watched: a change there ends what is kept."""

from django.db.migrations import RunSQL

WATCH = """
CREATE TRIGGER content_changed AFTER INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION content_changed();
CREATE TRIGGER content_emptied AFTER TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION content_changed();
"""
FORGET = """
DROP TRIGGER content_emptied ON {table};
DROP TRIGGER content_changed ON {table};
"""


def watch(*tables: str) -> RunSQL:
    """Return the operation that watches `tables`, whoever writes to them.

    Its migration depends on `("kept", "0001_content_changes")`.
    """
    return RunSQL(
        "".join(WATCH.format(table=table) for table in tables),
        "".join(FORGET.format(table=table) for table in reversed(tables)),
    )
