"""`python -m weintl.embedded run`, and `restore FOLDER`."""

import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from .processes import end_with_parent
from .run import Launcher
from .trouble import Trouble

USAGE = "Say: python -m weintl.embedded run [--end-with-parent], or restore FOLDER\n"


def _hung_up(signum: int, frame: FrameType | None) -> None:
    # The terminal is gone: end in order, by whatever answers SIGTERM at this moment.
    os.kill(os.getpid(), signal.SIGTERM)


def _restore(folder: Path) -> int:
    try:
        return Launcher().restore(folder)
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def main() -> int:
    """Run everything, or restore a backup; return the exit status."""
    command, *options = sys.argv[1:] or [""]
    if command == "restore" and len(options) == 1:
        return _restore(Path(options[0]).resolve())
    if command != "run" or not set(options) <= {"--end-with-parent"}:
        sys.stderr.write(USAGE)
        return 2
    try:
        launcher = Launcher()
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1

    def interrupted(signum: int, frame: FrameType | None) -> None:
        launcher.was_asked_to_end.set()
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupted)
    signal.signal(signal.SIGINT, interrupted)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _hung_up)
    if options:
        # A killed `make` says nothing to what it has started.
        parent = os.getppid()
        end_with_parent(signal.SIGTERM, parent=parent)
        threading.Thread(target=launcher.follow, args=(parent,), daemon=True).start()
    try:
        return launcher.run()
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
