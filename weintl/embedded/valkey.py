"""One Valkey for one data folder, on a socket. The broker may lose all that it holds."""

import os
import signal
import socket
import subprocess
import time
from urllib.parse import quote

from . import processes
from .places import Places
from .trouble import Trouble


class Valkey:
    """The broker of one installation."""

    def __init__(self, places: Places) -> None:
        """Keep where its socket goes."""
        self.places = places
        self.socket = places.sockets / "valkey.sock"
        self.log = places.data / "logs" / "valkey.log"
        self.child: subprocess.Popen[bytes] | None = None

    def url(self, *, number: int = 0) -> str:
        """Return the address of one of its databases."""
        return f"unix://{quote(str(self.socket))}?db={number}"

    def start(self, *, databases: int = 16) -> None:
        """Start and wait until it answers. Raises Trouble."""
        if self.places.valkey is None:
            raise Trouble(
                "No Valkey for this machine is installed. Set REDIS_URL to a server of yours."
            )
        account = self.places.account
        self.socket.unlink(missing_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.child = subprocess.Popen(
            [
                str(self.places.valkey), "--port", "0", "--unixsocket", str(self.socket),
                "--unixsocketperm", "700", "--databases", str(databases), "--save", "",
                "--appendonly", "no", "--daemonize", "no", "--set-proc-title", "no",
                "--dir", str(self.socket.parent),
            ],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=self.log.open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={"PATH": os.defpath, processes.MARK: self.places.mark},
            preexec_fn=processes.before_exec(
                uid=account.pw_uid if account else None,
                gid=account.pw_gid if account else None,
                death=signal.SIGTERM,
            ),
        )  # fmt: skip
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
