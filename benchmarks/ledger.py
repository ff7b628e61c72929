"""A large ledger in a database that is thrown away, and what reading it takes.

Goals: docs/operations/performance.md.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import django
from django.core.management import call_command

from weintl.embedded import places, postgres

TRANSFERS = 10_000_000


@contextmanager
def scratch() -> Iterator[None]:
    """Start a PostgreSQL of its own with the project's tables; remove all of it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="weintl-bench-"))
    folder.chmod(0o755)
    found = places.find(folder)
    server = postgres.Postgres(found)
    try:
        server.start()
        _set_up(postgres.url(found), folder)
        yield
    finally:
        server.stop()
        found.forget()
        shutil.rmtree(folder, ignore_errors=True)


def _set_up(address: str, folder: Path) -> None:
    """Point Django at the database and make the tables."""
    for name in [name for name in os.environ if name.startswith(("STRIPE_", "S3_"))]:
        del os.environ[name]
    os.environ |= {
        "DATABASE_URL": address,
        "REDIS_URL": f"unix://{folder}/none",
        "DATA_DIR": str(folder / "data"),
        "STATIC_ROOT": str(folder),
        "SECRET_KEY": "only-for-measurements",
        "DJANGO_SETTINGS_MODULE": "weintl.settings",
    }
    django.setup()
    call_command("migrate", verbosity=0)


def measure(*, transfers: int = TRANSFERS) -> bool:
    """Load, read, print what it took; return whether all goals are met."""
    is_met = True
    with scratch():
        # Needs models, which need settings, which name the database that runs only now.
        large = import_module("benchmarks.large_ledger")
        large.load(transfers)
        print(f"{'reading':48}{'ms':>9}{'goal':>9}")
        for one in large.readings():
            missed = one.took > one.goal
            is_met = is_met and not missed
            print(f"{one.name:48}{one.took:9.1f}{one.goal:9.0f}{'  MISSED' if missed else ''}")
        print("kept and recomputed balances: 0 differences")
    return is_met
