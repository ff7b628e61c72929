"""Starts the servers that tests need, before Django reads its settings.

One PostgreSQL and one Valkey a run; each xdist worker has its own database, Valkey
database and data folder. Servers named in the environment are used as they are. All of
it ends with the run, also when the run is killed: the servers die with their parent.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.plugins.processes import valkey_database
from weintl.embedded import messages, places, postgres, valkey

VALKEY_DATABASES = 64


class Servers:
    """What this run has started."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self.folder: Path | None = None
        self.places: places.Places | None = None
        self.started: list[postgres.Postgres | valkey.Valkey] = []

    def start(self) -> None:
        """Start what the environment does not name, and name it there."""
        self.folder = Path(tempfile.mkdtemp(prefix="weintl-test-"))
        self.folder.chmod(0o755)
        os.environ["WEINTL_TEST_FOLDER"] = str(self.folder)
        if "DATABASE_URL" not in os.environ or "REDIS_URL" not in os.environ:
            found = self.places = places.find(self.folder)
            if "DATABASE_URL" not in os.environ:
                database = postgres.Postgres(found, settings=postgres.FAST_AND_FORGETFUL)
                self.started.append(database)
                database.start()
                os.environ["DATABASE_URL"] = postgres.url(found)
            if "REDIS_URL" not in os.environ:
                broker = valkey.Valkey(found)
                self.started.append(broker)
                broker.start(databases=VALKEY_DATABASES)
                os.environ["REDIS_URL"] = broker.url()

    def stop(self) -> None:
        """End what was started and remove its folder."""
        for server in reversed(self.started):
            server.stop()
        if self.places is not None:
            self.places.forget()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


SERVERS = Servers()


def _number_of_worker() -> int:
    name = os.environ.get("PYTEST_XDIST_WORKER", "")
    return int(name.removeprefix("gw")) + 1 if name.startswith("gw") else 0


def _prepare() -> None:
    """Give this process its own corner, before pytest-django imports the settings."""
    number = _number_of_worker()
    if not number:
        SERVERS.start()
        messages.compile_all()
    folder = Path(os.environ["WEINTL_TEST_FOLDER"]) / f"data-{number}"
    folder.mkdir(exist_ok=True)
    os.environ["DATA_DIR"] = str(folder)
    os.environ["STATIC_ROOT"] = str(Path(os.environ["WEINTL_TEST_FOLDER"]) / "static")
    Path(os.environ["STATIC_ROOT"]).mkdir(exist_ok=True)
    os.environ["REDIS_URL"] = valkey_database(os.environ["REDIS_URL"], number)
    os.environ["SECRET_KEY"] = "only-for-tests-" + "x" * 40
    os.environ["ENCRYPTION_KEYS"] = "T25seV9mb3JfdGVzdHNfX19fX19fX19fX19fX19fX18="
    # All tests of a worker come from one address; the limit has tests of its own.
    os.environ["ORDERS_PER_HOUR"] = "1000000"
    os.environ["GIFTS_PER_HOUR"] = "1000000"
    os.environ["STRIPE_SECRET_KEY"] = "sk_test_tests"
    os.environ["STRIPE_WEBHOOK_SECRET"] = "whsec_tests"
    for name in ("SITE_URL", "STRIPE_API_BASE", "EMAIL_URL", "DEBUG"):
        os.environ.pop(name, None)


_prepare()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """End the servers in the process that started them."""
    if not _number_of_worker():
        SERVERS.stop()
