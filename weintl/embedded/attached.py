"""Run a command that starts again when it dies and ends when the launcher ends.

`python attached.py <launcher's pid> <name> <command …>`: a process that is killed (a worker
out of memory, say) is started again; one that ends by itself ends this too. If the launcher
disappears, even by SIGKILL, the command's whole process group is ended.
"""

import os
import select
import signal
import subprocess
import sys
import time
from types import FrameType

GRACE = 4.0
MOST_STARTS = 5
WITHIN = 60.0


def group_end(child: "subprocess.Popen[bytes]", *, grace: float = GRACE) -> None:
    """End the command and all that it started."""
    for how, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, 3.0)):
        try:
            os.killpg(child.pid, how)
        except ProcessLookupError:
            break
        try:
            child.wait(timeout=seconds)
            break
        except subprocess.TimeoutExpired:
            continue
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def wait_for_either(launcher: int, child: "subprocess.Popen[bytes]") -> bool:
    """Return when one of the two ends: True if it was the launcher."""
    if hasattr(os, "pidfd_open"):
        try:
            watch = os.pidfd_open(launcher)
        except OSError:
            return True
        try:
            while child.poll() is None:
                if select.select([watch], [], [], 0.25)[0]:
                    return True
        finally:
            os.close(watch)
        return False
    while child.poll() is None:
        try:
            os.kill(launcher, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.5)
    return False


def main() -> int:
    """Keep the command running; return its exit status when it ends by itself."""
    launcher, name, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    child: subprocess.Popen[bytes] | None = None

    def end(signum: int, frame: FrameType | None) -> None:
        if child is not None:
            group_end(child)
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    starts: list[float] = []
    while True:
        starts = [at for at in starts if time.monotonic() - at < WITHIN] + [time.monotonic()]
        child = subprocess.Popen(command, start_new_session=True)
        if wait_for_either(launcher, child):
            group_end(child)
            return 0
        group_end(child, grace=0.1)
        status = child.returncode
        if status >= 0 or len(starts) >= MOST_STARTS:
            return status if status >= 0 else 1
        sys.stdout.write(f"{name} was killed (signal {-status}) and is started again.\n")
        sys.stdout.flush()
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
