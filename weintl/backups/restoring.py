"""Bring a backup into an empty installation, and repeat what was erased since."""

import shutil
import tarfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from partners.models import Seal
from weintl.media import withdrawals
from weintl.verify import collect

from . import contents, programs
from .trouble import Trouble


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of it: {consent: what became of it}, and sentences of breaches."""

    made_at: str
    withdrawn: dict[str, str]
    checks: int
    breaches: list[str]


def restore(folder: Path, *, now: datetime, withdrawn: Path | None = None) -> Outcome:
    """Restore `folder` here. Raises Trouble before anything is changed.

    `withdrawn` is the list kept outside the database; by default the one in the data folder.
    """
    backup = contents.read(folder)
    _refuse_unless_empty()
    _refuse_newer(backup)
    programs.run(
        "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
        f"--dbname={connection.settings_dict['NAME']}", folder / contents.DUMP,
    )  # fmt: skip
    connection.close()
    call_command("migrate", verbosity=0)
    _unpack(folder / contents.FILES)
    return Outcome(
        made_at=backup.made_at,
        withdrawn=withdrawals.replay(_lines(withdrawn or settings.WITHDRAWALS_FILE), now=now),
        checks=len(collect.checks()),
        breaches=[*_breaches(), *_chain_breaks(backup)],
    )


def _refuse_unless_empty() -> None:
    if connection.introspection.table_names():
        raise Trouble("The database is not empty: restore into a new one, never over another.")
    for path in contents.folders().values():
        if path.is_dir() and any(path.iterdir()):
            raise Trouble(f"{path} is not empty: restore into a new data folder.")


def _refuse_newer(backup: contents.Contents) -> None:
    if backup.server > contents.server_version():
        raise Trouble(
            f"The backup is of PostgreSQL {backup.server}; this server is older and cannot read it."
        )
    known = MigrationExecutor(connection).loader.disk_migrations
    # `django.contrib` apps that are gone again leave their rows behind.
    apps = {app for app, _name in known}
    for app, name in backup.migrations.items():
        if app in apps and (app, name) not in known:
            raise Trouble(
                f"The backup is of a newer version of weintl ({app} {name}): install that one."
            )


def _unpack(path: Path) -> None:
    """Write the archived files where they belong, and nowhere else."""
    places = contents.folders()
    with tarfile.open(path) as archive:
        for entry in archive:
            name, _slash, rest = entry.name.partition("/")
            file = archive.extractfile(entry) if entry.isfile() and name in places else None
            if file is None:
                continue
            place = places[name].resolve()
            target = (place / rest).resolve()
            if not target.is_relative_to(place):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as written:
                shutil.copyfileobj(file, written)


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def _breaches() -> list[str]:
    with transaction.atomic():
        return [
            f"{breach.check}: {breach.sentence}"
            for check in collect.checks()
            for breach in collect.breaches(check)
        ]


def _chain_breaks(backup: contents.Contents) -> list[str]:
    """Say if the chain is not the one that the backup's list vouches for."""
    if not backup.chain_position:
        return []
    found = Seal.objects.filter(position=backup.chain_position).values_list("digest", flat=True)
    if list(found) == [backup.chain_digest]:
        return []
    return [f"The ledger's chain differs from the backup's list at {backup.chain_position}."]
