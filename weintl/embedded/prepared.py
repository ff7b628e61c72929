"""Whether an installation has to be prepared, told without loading Django.

`manage.py prepare` takes seconds only to find that nothing has changed. This digest holds all
that it looks at, so that a second start can leave it out.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import psycopg2
from psycopg2.errors import UndefinedTable

from weintl.env import BASE_DIR

PARTS = ("weintl", "awareness", "marketplace", "donations", "partners")


def state(*, database_url: str, static_root: Path, root: Path = BASE_DIR) -> str:
    """Return a digest of the migrations there are and have run, the static files and the locks.

    Raises psycopg2.Error if the database cannot be asked.
    """
    digest = hashlib.sha256()
    for path in _looked_at(root):
        found = path.stat()
        digest.update(f"{path.relative_to(root)}:{found.st_size}:{found.st_mtime_ns}\n".encode())
    collected = static_root / ".collected"
    digest.update(collected.read_bytes() if collected.exists() else b"never collected")
    for app, name in _have_run(database_url):
        digest.update(f"{app}.{name}\n".encode())
    return digest.hexdigest()


def _looked_at(root: Path) -> Iterator[Path]:
    """Yield the files whose change asks for migrations or for collecting."""
    yield root / "requirements" / "base.txt"
    yield root / "weintl" / "settings.py"
    for part in PARTS:
        yield from sorted((root / part).glob("**/migrations/*.py"))
    yield from sorted(path for path in (root / "static").glob("**/*") if path.is_file())


def _have_run(database_url: str) -> list[tuple[str, str]]:
    connection = psycopg2.connect(database_url, connect_timeout=5)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
            return cursor.fetchall()
    except UndefinedTable:
        return []
    finally:
        connection.close()
