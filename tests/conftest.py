"""What every test may use."""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection, connections
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, sync_playwright

from tests.plugins.browsers import ARGUMENTS, be_patient, executable

# `make soak` asks for "soak": the same properties, over many more histories.
hypothesis_settings.register_profile("soak", max_examples=2_000, deadline=None)
if profile := os.environ.get("HYPOTHESIS_PROFILE"):
    hypothesis_settings.load_profile(profile)


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


@pytest.fixture(scope="session", autouse=True)
def flush_past_append_only_triggers(django_db_setup: None) -> Iterator[None]:
    """Let the flush between transactional tests pass the append-only triggers.

    Only here: nothing else may switch triggers off.
    """
    operations = type(connection.ops)
    original = operations.execute_sql_flush

    def flush(self, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        try:
            original(self, sql_list)
        finally:
            with self.connection.cursor() as cursor:
                cursor.execute("SET session_replication_role = DEFAULT")

    operations.execute_sql_flush = flush
    yield
    operations.execute_sql_flush = original
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
