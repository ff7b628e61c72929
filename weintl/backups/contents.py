"""What a backup is: a folder with a dump, an archive of files, and a list that vouches for both."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from partners.models import Seal

from .trouble import Trouble

DUMP = "database.dump"
FILES = "files.tar"
LIST = "backup.json"
FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What the list says. `files` is {name: SHA-256}; times in ISO 8601."""

    made_at: str
    server: int
    migrations: dict[str, str]
    chain_position: int
    chain_digest: str
    files: dict[str, str]
    format: int = FORMAT


def folders() -> dict[str, Path]:
    """Return the folders of files that rows of the database name, by their name in the archive.

    With a bucket (S3_BUCKET) there are none here: the bucket keeps its own versions.
    """
    local = ("django.core.files.storage.FileSystemStorage", "weintl.private.PrivateFiles")
    found = {}
    for name, storage in settings.STORAGES.items():
        if storage["BACKEND"] in local:
            location = storage.get("OPTIONS", {}).get("location") or settings.MEDIA_ROOT
            found["media" if name == "default" else name] = Path(location)
    return found


def newest_migrations() -> dict[str, str]:
    """Return {app: its last migration that has run}."""
    rows = MigrationRecorder.Migration.objects.order_by("id").values_list("app", "name")
    return dict(rows)


def chain() -> tuple[int, str]:
    """Return the position and digest of the ledger's last seal; (0, "") before the first."""
    return Seal.objects.order_by("-position").values_list("position", "digest").first() or (0, "")


def server_version() -> int:
    """Return the server's major version."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(folder: Path, contents: Contents) -> None:
    """Write the list, last of all: a folder without one is no backup."""
    (folder / LIST).write_text(json.dumps(asdict(contents), indent=1) + "\n")


def read(folder: Path) -> Contents:
    """Return what the list says, after comparing every file. Raises Trouble."""
    try:
        given: dict[str, Any] = json.loads((folder / LIST).read_text())
        if given.get("format") != FORMAT:
            raise Trouble(f"{folder} is of a format that this version does not know.")
        contents = Contents(**given)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise Trouble(f"{folder} holds no whole backup: {LIST} is missing or broken.") from error
    for name, wanted in contents.files.items():
        path = folder / Path(name).name
        if not path.is_file() or digest(path) != wanted:
            raise Trouble(f"{path} is missing or was changed since the backup was made.")
    return contents
