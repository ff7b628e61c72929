"""An installation with a bit of everything, and an empty one beside it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.factories.donations import gift_received
from tests.factories.marketplace import on_shelf, order_of, pay
from tests.factories.media import ConsentFactory, PictureFactory
from tests.factories.partners import seal_all
from tests.plugins.processes import ROOT, database_url, environment
from weintl.media import storing
from weintl.media.models import ConsentRecord


@dataclass(frozen=True)
class Installation:
    """An empty database and data folder of its own, and how to run commands on it."""

    name: str
    folder: Path

    def manage(self, *words: str | Path) -> "subprocess.CompletedProcess[str]":
        """Run a management command there."""
        usual = connection.settings_dict["NAME"]
        address = database_url().replace(f"/{usual}", f"/{self.name}")
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, words)],
            cwd=ROOT,
            env=environment(DATABASE_URL=address, DATA_DIR=str(self.folder)),
            capture_output=True,
            text=True,
            check=False,
        )

    @contextmanager
    def database(self) -> Iterator[None]:
        """Let the models of this process speak to its database."""
        usual = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = self.name
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = usual


@pytest.fixture
def empty(transactional_db, tmp_path) -> Iterator[Installation]:
    """A new, empty installation on the same servers."""
    name = f"{connection.settings_dict['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    folder = tmp_path / "new"
    folder.mkdir()
    yield Installation(name, folder)
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def give() -> Callable[[], None]:
    """Receive one more gift, through the real code."""

    def act() -> None:
        with transaction.atomic():
            gift_received(now=timezone.now())

    return act


@pytest.fixture
def lived_in(transactional_db, settings, tmp_path, give) -> ConsentRecord:
    """A sale, a gift, sealed books, and a picture of somebody; return the consent for it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.WITHDRAWALS_FILE = tmp_path / "withdrawals"
    now = timezone.now()
    pay(order_of({on_shelf(consigned=3, now=now): 2}, now=now), now=now)
    give()
    seal_all(now=now)
    consent = ConsentFactory()
    picture = PictureFactory(people="seen", consent=consent)
    storing.write(f"{picture.folder}/400.webp", b"pixels of somebody")
    return consent
