"""Start the stand-in and serve until told to stop."""

import fcntl
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import IO

from . import config, timers, webhook_endpoints
from .delivery import Courier
from .server import Server
from .storage import Store
from .world import World

logger = logging.getLogger(__name__)


class Ticker(threading.Thread):
    """Does what falls due, ten times a second."""

    def __init__(self, world: World, *, server: Server) -> None:
        super().__init__(name="ticker", daemon=True)
        self._world = world
        self._server = server
        self._parent = os.getppid()
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End at the next tick."""
        self._stopping.set()

    def run(self) -> None:
        """Tick until stopped; a failure is logged and waited out."""
        while not self._stopping.wait(0.1):
            if self._world.config.ends_with_parent and os.getppid() != self._parent:
                self._server.shutdown()
                return
            try:
                timers.run_due(self._world)
            except Exception:
                logger.exception("stand_in.ticker_failed")
                self._stopping.wait(1.0)


def main(arguments: Sequence[str]) -> int:
    """Run the program and return its exit status; expected failures are one sentence each."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    chosen = config.read(arguments)
    try:
        chosen.data_dir.mkdir(parents=True, exist_ok=True)
        lock = _lock(chosen)
        store = Store(chosen.database)
    except OSError as error:
        return _refuse(f"The data folder {chosen.data_dir} cannot be used: {error.strerror}.")
    if lock is None:
        return _refuse(f"Another stand-in uses the data folder {chosen.data_dir}.")
    world = World(config=chosen, store=store)
    with store.transaction():
        webhook_endpoints.keep_default(world, url=chosen.webhook_url, secret=chosen.webhook_secret)
    try:
        server = Server((chosen.host, chosen.port), world=world)
    except OSError as error:
        store.close()
        return _refuse(f"Port {chosen.port} cannot be used: {error.strerror}.")
    _serve(server, world=world)
    store.close()
    lock.close()
    return 0


def _serve(server: Server, *, world: World) -> None:
    ticker, courier = Ticker(world, server=server), Courier(world)
    for number in (signal.SIGTERM, signal.SIGINT):
        # shutdown() waits for the loop that runs in this thread: another one must call it.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    ticker.start()
    courier.start()
    host = server.server_address[0]
    sys.stdout.write(f"Stripe stand-in on http://{host!s}:{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    ticker.stop()
    courier.stop()
    ticker.join(timeout=2)
    courier.join(timeout=2)


def _lock(chosen: config.Config) -> IO[str] | None:
    """Return the held lock file, or None where another process holds it; a kill frees it."""
    handle = (chosen.data_dir / "stripe-standin.lock").open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
