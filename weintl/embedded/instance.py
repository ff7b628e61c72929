"""One launcher at a time on a data folder, and nothing left of the one before."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import places, processes
from .trouble import Trouble

# A launcher ends everything within 10 s.
LONGEST_END = 12.0
# One whose `make` was killed notices it a moment later.
GRACE = 1.0


class Instance:
    """The right to use a data folder, held by a lock that ends with the process."""

    def __init__(self, data: Path) -> None:
        """Keep the folder; takes nothing yet."""
        self.data = data
        self.lock = -1

    @contextmanager
    def only(self) -> Iterator[None]:
        """Hold the data folder. Raises Trouble if another launcher lives on it.

        What a killed launcher left behind is ended first.
        """
        self.lock = os.open(self.data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            # Two that start at once must not sweep away what the quicker one has started.
            with (self.data / "lock.start").open("w") as starting:
                fcntl.flock(starting, fcntl.LOCK_EX)
                self._take()
                self.say("runs")
                self._sweep()
            yield
            self.say("")
        finally:
            os.close(self.lock)

    def say(self, state: str) -> None:
        """Write down who holds the folder, for whoever starts next."""
        words = f"{processes.name_of(os.getpid())} {state}" if state else ""
        os.ftruncate(self.lock, 0)
        os.pwrite(self.lock, words.encode(), 0)

    def _said(self) -> tuple[str, str]:
        """Return the holder's name (see processes.name_of) and its state."""
        words = os.pread(self.lock, 200, 0).decode(errors="replace")
        name, _, state = words.rpartition(" ")
        return name, state

    def _take(self) -> None:
        begun = time.monotonic()
        while not self._try():
            name, state = self._said()
            waited = time.monotonic() - begun
            lives = processes.is_the_same(name)
            if name and not lives:
                # The lock outlives its holder in what that left behind.
                self._sweep()
            if waited > (GRACE if lives and state == "runs" else LONGEST_END):
                number = name.split(" ")[0]
                raise Trouble(
                    f"weintl already runs on {self.data} (process {number}). "
                    "End it first, or choose another folder with DATA_DIR."
                )
            time.sleep(0.1)

    def _try(self) -> bool:
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _sweep(self) -> None:
        mark = places.mark_of(self.data)
        processes.sweep(mark=mark, database=places.database_of(self.data))
