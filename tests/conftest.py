"""What every test may use."""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, sync_playwright

from tests.plugins import made
from tests.plugins.browsers import ARGUMENTS, be_patient, executable

# How long an example takes says how busy the machine is.
hypothesis_settings.register_profile(
    "usual", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
# `make soak` asks for "soak": the same properties, over many more histories.
hypothesis_settings.register_profile(
    "soak", hypothesis_settings.get_profile("usual"), max_examples=2_000
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or "usual")


def pytest_configure() -> None:
    """Let passwords of tests cost nothing; the running site hashes them as in production."""
    quick = "django.contrib.auth.hashers.MD5PasswordHasher"
    settings.PASSWORD_HASHERS = [quick, *settings.PASSWORD_HASHERS]


def pytest_xdist_auto_num_workers() -> int:
    """Take one worker more than cores: each waits a third of its time, for servers and pages."""
    return (os.cpu_count() or 1) + 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line each what was left out and why."""
    reports = terminalreporter.stats.get("skipped", [])
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in reports)
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"skipped {count}: {reason}")


@pytest.fixture
def now() -> datetime:
    """A fixed moment, so that no test depends on the day."""
    return datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Begin in English: the language of the last page asked for stays with the thread."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Begin with an empty cache and empty queues: what others counted or queued is not ours."""
    cache.clear()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Let each of several workers copy the tables instead of making them."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        settings.DATABASES["default"]["TEST"]["TEMPLATE"] = made.tables()


@pytest.fixture(scope="session", autouse=True)
def flush_past_append_only_triggers(django_db_setup: None) -> Iterator[None]:
    """Let the flush between transactional tests pass the append-only triggers, and be quick.

    Only here: nothing else may switch triggers off. Truncating makes a thousand files anew, of
    tables of which a test fills a few: those few are emptied.
    """
    operations = type(connection.ops)
    known = operations.sql_flush, operations.execute_sql_flush

    def filled(self, style: object, tables: list[str], **options: bool) -> list[str]:
        assert not options.get("reset_sequences"), "What is emptied keeps its sequences."
        names = [self.quote_name(table) for table in tables]
        with self.connection.cursor() as cursor:
            parts = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in names)
            cursor.execute(" UNION ALL ".join(parts))
            return [f"DELETE FROM {name}" for (name,) in cursor.fetchall()]

    def flush(self, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        try:
            known[1](self, sql_list)
        finally:
            with self.connection.cursor() as cursor:
                cursor.execute("SET session_replication_role = DEFAULT")

    operations.sql_flush, operations.execute_sql_flush = filled, flush
    yield
    operations.sql_flush, operations.execute_sql_flush = known
    connections.close_all()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium; skip where none is installed (the run's last lines say so once)."""
    if not executable():
        pytest.skip("no Chromium")
    be_patient()
    with sync_playwright() as playwright:
        # pytest-django takes an open event loop for asynchronous code and refuses the database.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        yield browser
        browser.close()
        os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
