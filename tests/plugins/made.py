"""What is made once a run, beside the tests, and copied by whoever needs it.

    made.tables()               # waits; the name of a database with empty tables
    made.demonstration()        # waits; a database and a folder, seeded, ready to be served
    made.begin("tables")        # waits for nothing

A database is copied in a moment and made in half a minute. Whichever process comes first makes
it under a lock, and the others wait: usually one that only does this, begun with the run.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import redis

from tests.plugins.processes import ROOT, beside, free_port, other_valkey_database
from tests.plugins.standin import start_standin


@dataclass(frozen=True)
class Made:
    """A database that others are copied from, and the folder that belongs to it."""

    database: str
    folder: Path


def begin(what: str) -> None:
    """Let a process of its own make `what`, and go on."""
    beside([sys.executable, "-m", "tests.plugins.made", what])


def tables() -> str:
    """Return the name of a database with all tables and nothing else in them."""
    with _once("tables", _make_tables) as made:
        return made.database


def demonstration() -> Made:
    """Return the demonstration that `make run` shows."""
    with _once("demonstration", _make_demonstration) as made:
        return made


def execute(*statements: str) -> None:
    """Execute statements on the server that stand in no transaction."""
    with closing(psycopg2.connect(_address("postgres"))) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


@contextmanager
def _once(what: str, make: Callable[[Made], None]) -> Iterator[Made]:
    folder = Path(os.environ["WEINTL_TEST_FOLDER"]) / what
    # One name for all workers of this run; a later run on the same server makes it anew.
    made = Made(f"{os.environ.get('TEST_DATABASE_NAME', 'test_weintl')}_{what}", folder)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(made)
            (folder / "complete").touch()
    yield made


def _make_tables(made: Made) -> None:
    _replace(made.database, like="template1")
    _manage(made, "migrate", "-v0")


def _make_demonstration(made: Made) -> None:
    _replace(made.database, like=tables())
    with start_standin(made.folder / "standin") as standin:
        more = {"SITE_URL": f"http://localhost:{free_port()}", "STRIPE_API_BASE": standin.url}
        for command in ("prepare", "seed"):
            _manage(made, command, "-v0", **more)
    # What it queued is done or will be swept up, by whichever worker serves a copy.
    redis.Redis.from_url(other_valkey_database(os.environ["REDIS_URL"])).flushdb()


def _replace(database: str, *, like: str) -> None:
    execute(
        f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)',
        f'CREATE DATABASE "{database}" TEMPLATE "{like}"',
    )


def _manage(made: Made, *command: str, **more: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": _address(made.database),
            "REDIS_URL": other_valkey_database(os.environ["REDIS_URL"]),
            "DATA_DIR": str(made.folder),
            "STATIC_ROOT": str(made.folder / "static"),
            **more,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stderr[-3000:]}"


def _address(database: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))


if __name__ == "__main__":
    {"tables": tables, "demonstration": demonstration}[sys.argv[1]]()
