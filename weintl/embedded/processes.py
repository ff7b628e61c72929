"""Starting and ending processes that must not outlive us, and telling ours from others'."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1


def before_exec(*, uid: int | None, gid: int | None, death: int) -> Callable[[], None]:
    """Return what a child does before its program: change account, tie its life to ours.

    The kernel forgets the death signal when the account changes, so it comes last.
    Source: prctl(2), PR_SET_PDEATHSIG.
    """
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    parent = os.getpid()

    def prepare() -> None:
        if uid is not None and gid is not None:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
        if library is not None:
            library.prctl(PR_SET_PDEATHSIG, death, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return prepare


def is_alive(pid: int) -> bool:
    """Say whether a process with this number runs (and is no zombie)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (OSError, IndexError):
        return True
    return state != "Z"


def is_ours(pid: int, mark: str) -> bool:
    """Say whether the process provably belongs to us: `mark` is a word of its command."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        answer = subprocess.run(
            ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False
        )
        return os.fsencode(mark) in answer.stdout
    return any(os.fsencode(mark) in word for word in words)


def wait_until_gone(pid: int, *, seconds: float) -> bool:
    """Wait for a process that is not our child; say whether it ended in time."""
    end = time.monotonic() + seconds
    while is_alive(pid):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def end_leftover(pid: int, *, mark: str, how: int) -> None:
    """End a process that a killed launcher left behind, if it is provably ours."""
    if not is_alive(pid) or not is_ours(pid, mark):
        return
    os.kill(pid, how)
    if not wait_until_gone(pid, seconds=10) and is_ours(pid, mark):
        os.kill(pid, signal.SIGKILL)
        wait_until_gone(pid, seconds=5)


def end_child(child: subprocess.Popen[bytes], *, how: int, seconds: float = 8) -> None:
    """End our own child: ask with `how`, insist with SIGKILL after `seconds`."""
    if child.poll() is not None:
        return
    child.send_signal(how)
    try:
        child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait(timeout=5)
