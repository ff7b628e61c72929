"""Starting and ending processes that must not outlive us, and telling ours from others'.

Every process that is started for a data folder carries that folder's random mark in its
environment, and so do its children: what a killed launcher left behind is found by it.
PostgreSQL writes its title over its environment; its processes work in their own folder.
Both are read from /proc; elsewhere than on Linux nothing is found, so nothing is ended.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

PR_SET_PDEATHSIG = 1
MARK = "WEINTL_DATA_FOLDER"
PROC = Path("/proc")
STEP = 0.05


def end_with_parent(number: int, *, parent: int) -> None:
    """Ask the kernel to send us `number` when process `parent`, our parent, dies.

    Source: prctl(2), PR_SET_PDEATHSIG. Elsewhere than on Linux this does nothing.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), number)


def is_being_interrupted(pid: int) -> bool:
    """Say whether process `pid` blocks or no longer catches SIGINT.

    GNU make, told by SIGINT to end, waits for its children and takes for granted that the
    terminal has told them too; while it waits SIGINT is blocked. Source: proc(5), SigBlk.
    """
    try:
        lines = (PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return False
    blocked = next((line for line in lines if line.startswith("SigBlk:")), "SigBlk: 0")
    return bool(int(blocked.split()[1], 16) & 1 << (signal.SIGINT - 1))


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


def _stat(pid: int) -> list[str]:
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def is_alive(pid: int) -> bool:
    """Say whether a process with this number runs (and is no zombie)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    found = _stat(pid)
    return not found or found[0] not in {"Z", "X"}


def name_of(pid: int) -> str:
    """Return "number start", which names one process for good: numbers are used again."""
    found = _stat(pid)
    return f"{pid} {found[19] if len(found) > 19 else '-'}"


def is_the_same(name: str) -> bool:
    """Say whether the process of a `name_of` still runs."""
    number = name.split(" ", 1)[0]
    return number.isdigit() and is_alive(int(number)) and name_of(int(number)) == name


def _found(is_ours: Callable[[Path], bool]) -> set[int]:
    if not (PROC / "self").exists():
        return set()
    found = set()
    for pid in [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]:
        try:
            if is_ours(PROC / str(pid)) and is_alive(pid):
                found.add(pid)
        except OSError:
            # Gone meanwhile, or another person's.
            continue
    return found - {os.getpid()}


def marked(mark: str) -> set[int]:
    """Return the living processes that were started with `mark` in their environment."""
    wanted = f"{MARK}={mark}".encode()
    return _found(lambda entry: wanted in (entry / "environ").read_bytes().split(b"\0"))


def working_in(folder: Path) -> set[int]:
    """Return the living processes whose working folder is `folder`."""
    wanted = folder.resolve()
    return _found(lambda entry: (entry / "cwd").readlink() == wanted)


def _send(pids: Iterable[int], number: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            continue


def wait_gone(pids: Iterable[int], *, seconds: float) -> set[int]:
    """Return those of `pids`, not our children, that still live after at most `seconds`."""
    end = time.monotonic() + seconds
    left = {pid for pid in pids if is_alive(pid)}
    while left and time.monotonic() < end:
        time.sleep(STEP)
        left = {pid for pid in left if is_alive(pid)}
    return left


def sweep(*, mark: str, database: Path) -> int:
    """End everything that was started for this data folder; return how many were found.

    To be called only while no launcher lives on it. Services get 4 s to end by themselves,
    PostgreSQL 4 s after them; then SIGKILL.
    """
    servers = working_in(database)
    services = marked(mark) - servers
    _send(services, signal.SIGTERM)
    _send(wait_gone(services, seconds=4), signal.SIGKILL)
    # Children that were being born while their parents ended.
    _send(marked(mark) - servers, signal.SIGKILL)
    # SIGINT is PostgreSQL's fast stop; its other processes get their orders from the first.
    _send(servers & _postmaster(database), signal.SIGINT)
    _send(wait_gone(working_in(database), seconds=4), signal.SIGKILL)
    wait_gone(working_in(database) | marked(mark), seconds=2)
    return len(services | servers)


def _postmaster(database: Path) -> set[int]:
    try:
        return {int((database / "postmaster.pid").read_text().split("\n", 1)[0])}
    except (OSError, ValueError):
        return set()


def end_child(child: "subprocess.Popen[bytes]", *, how: int, seconds: float = 4) -> None:
    """End our own child: ask with `how`, insist with SIGKILL after `seconds`."""
    if child.poll() is not None:
        return
    child.send_signal(how)
    try:
        child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait(timeout=5)
