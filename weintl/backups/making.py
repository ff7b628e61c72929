"""Make a backup of a living installation; nobody waits for it."""

import io
import shutil
import tarfile
from datetime import datetime
from pathlib import Path

from . import contents, programs
from .trouble import Trouble


def make(folder: Path, *, now: datetime) -> contents.Contents:
    """Write a backup into `folder`, which must not exist. Raises Trouble.

    The database comes first, as one snapshot. A file is written before the row that names it
    and its name is never used again, so every file that the dump names is in the later archive,
    but for those erased meanwhile, which a restore erases too.
    """
    making = folder.with_name(f"{folder.name}.making")
    try:
        if folder.exists():
            raise Trouble(f"{folder} is there already; a backup never overwrites another.")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True, mode=0o700)
        # Before the dump: what is sealed meanwhile is in the dump and goes on from here.
        position, digest = contents.chain()
        migrations = contents.newest_migrations()
        programs.run(
            "pg_dump", "--format=custom", "--no-owner", "--no-privileges",
            f"--file={making / contents.DUMP}",
        )  # fmt: skip
        (making / contents.DUMP).chmod(0o600)
        _archive(making / contents.FILES)
        made = contents.Contents(
            made_at=now.isoformat(timespec="seconds"),
            server=contents.server_version(),
            migrations=migrations,
            chain_position=position,
            chain_digest=digest,
            files={
                name: contents.digest(making / name) for name in (contents.DUMP, contents.FILES)
            },
        )
        contents.write(making, made)
        making.rename(folder)
    except OSError as error:
        raise Trouble(f"The backup could not be written: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return made


def _archive(path: Path) -> None:
    """Write the files beside the database. They are packed pictures: packing gains nothing."""
    with tarfile.open(path, "w") as archive:
        path.chmod(0o600)
        for name, folder in contents.folders().items():
            for file in sorted(folder.rglob("*")):
                try:
                    data = file.read_bytes() if file.is_file() else None
                except FileNotFoundError:
                    continue
                if data is not None:
                    entry = tarfile.TarInfo(f"{name}/{file.relative_to(folder)}")
                    entry.size, entry.mode = len(data), 0o600
                    archive.addfile(entry, io.BytesIO(data))


def keep(folder: Path, *, newest: int) -> list[Path]:
    """Remove all but the newest backups in `folder`; return what was removed.

    A backup is a store of personal data: docs/operations/personal-data.md says how long.
    """
    found = sorted(path for path in folder.iterdir() if (path / contents.LIST).is_file())
    gone = found[:-newest] if newest > 0 else []
    for path in gone:
        shutil.rmtree(path)
    return gone
