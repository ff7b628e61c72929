"""One PostgreSQL for one data folder, on a socket."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from . import processes
from .places import Places
from .trouble import Trouble

DATABASE = "weintl"
# Nothing survives a crash of the machine with these: for tests only.
FAST_AND_FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}


def url(places: Places, *, name: str = DATABASE) -> str:
    """Return the address of a database on the socket."""
    return f"postgresql://{DATABASE}@/{name}?host={quote(str(places.sockets))}"


class Postgres:
    """The server of one installation."""

    def __init__(self, places: Places, *, settings: dict[str, str] | None = None) -> None:
        """Keep where it lives and what differs from the defaults."""
        self.places = places
        self.settings = settings or {}
        self.child: subprocess.Popen[bytes] | None = None
        self.log = places.data / "logs" / "postgres.log"

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.defpath,
            "LC_ALL": "C",
            "TZ": "UTC",
            processes.MARK: self.places.mark,
        }

    def _program(self, name: str) -> str:
        if self.places.postgres_bin is None:
            raise Trouble(
                "No PostgreSQL for this machine is installed. "
                "Set DATABASE_URL to a server of yours."
            )
        return str(self.places.postgres_bin / name)

    def _account(self) -> dict[str, int]:
        account = self.places.account
        return {"user": account.pw_uid, "group": account.pw_gid} if account else {}

    def _run(self, program: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # type: ignore[call-overload,no-any-return]
            [self._program(program), *words],
            env=self._environment(),
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            extra_groups=[] if self.places.account else None,
            **self._account(),
        )

    def _initialise(self) -> None:
        """Make the cluster beside its place, so that one that was cut short is never used."""
        database = self.places.database
        if (database / "PG_VERSION").exists():
            return
        making = database.with_name(f"{database.name}.making")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        if self.places.account:
            os.chown(making, self.places.account.pw_uid, self.places.account.pw_gid)
        answer = self._run(
            "initdb", "-D", str(making), "-U", DATABASE, "--auth=trust", "--encoding=UTF8",
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        if answer.returncode:
            raise Trouble(f"PostgreSQL could not be set up: {_last(answer.stderr)}")
        making.rename(database)

    def _clear_stale_pid(self) -> None:
        """Remove a killed server's pid file.

        PostgreSQL does so itself unless another process bears that number by now, as soon
        happens in containers. No launcher but ours lives on this data folder, and once no
        process works in the database's folder any more, the file is provably stale.
        """
        left = processes.wait_gone(processes.working_in(self.places.database), seconds=5)
        if not left and (processes.PROC / "self").exists():
            (self.places.database / "postmaster.pid").unlink(missing_ok=True)

    def start(self) -> None:
        """Start and wait until it answers. Raises Trouble."""
        self._initialise()
        self._clear_stale_pid()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.places.sockets),
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # A refused statement is told of by its constraint; its words may be a person's.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            **self.settings,
        }
        words = [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
        account = self.places.account
        self.child = subprocess.Popen(
            [self._program("postgres"), "-D", str(self.places.database), *words],
            env=self._environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=self.log.open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=processes.before_exec(
                uid=account.pw_uid if account else None,
                gid=account.pw_gid if account else None,
                death=signal.SIGINT,
            ),
        )
        self._await()
        self._create_database()

    def _await(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self.child is not None and self.child.poll() is not None:
                raise Trouble(f"PostgreSQL did not start: {_last(_tail(self.log))}")
            ready = self._run("pg_isready", "-q", "-h", str(self.places.sockets), "-t", "1")
            if ready.returncode == 0:
                return
            time.sleep(0.05)
        raise Trouble(f"PostgreSQL did not answer within a minute; see {self.log}.")

    def _create_database(self) -> None:
        answer = self._run("createdb", "-h", str(self.places.sockets), "-U", DATABASE, DATABASE)
        if answer.returncode and "already exists" not in answer.stderr:
            raise Trouble(f"The database could not be made: {_last(answer.stderr)}")

    def stop(self) -> None:
        """End it: open transactions are rolled back, what was committed is written."""
        if self.child is not None:
            processes.end_child(self.child, how=signal.SIGINT)
            self.child = None


def _tail(log: Path) -> str:
    try:
        return log.read_text(errors="replace")[-4000:]
    except OSError:
        return ""


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given."
