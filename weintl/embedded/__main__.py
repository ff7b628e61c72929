"""`python -m weintl.embedded run`."""

import signal
import sys
from types import FrameType

from .run import Launcher
from .trouble import Trouble


def _interrupted(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Run everything; return the exit status."""
    if sys.argv[1:] != ["run"]:
        sys.stderr.write("Say: python -m weintl.embedded run\n")
        return 2
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        return Launcher().run()
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
