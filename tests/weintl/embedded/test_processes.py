"""What is ours is found by its mark and ended; nothing else is touched."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugins.processes import PATIENCE, wait_for
from weintl.embedded import processes

SLEEP = "import time; time.sleep(60)"
# Its own in each run: tests that run beside this one sweep as well.
OURS = f"abc{os.getpid()}"
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); " + SLEEP


def start(code, *, mark="", cwd="/"):
    environment = dict(os.environ)
    environment.pop(processes.MARK, None)
    if mark:
        environment[processes.MARK] = mark
    return subprocess.Popen(
        [sys.executable, "-c", code], env=environment, cwd=cwd, stdout=subprocess.PIPE
    )


@pytest.fixture
def started():
    children = []

    def begin(*args, **kwargs):
        children.append(start(*args, **kwargs))
        return children[-1]

    yield begin
    for child in children:
        child.kill()
        child.wait()


def test_a_sweep_ends_what_bears_the_mark_and_nothing_else(started, tmp_path):
    ours = started(SLEEP, mark=OURS)
    others = started(SLEEP, mark=f"{OURS}d")
    unmarked = started(SLEEP)
    wait_for(lambda: processes.marked(OURS) == {ours.pid})
    assert processes.sweep(mark=OURS, database=tmp_path / "postgres") == 1
    assert ours.wait(timeout=PATIENCE) == -signal.SIGTERM
    assert others.poll() is None
    assert unmarked.poll() is None


def test_a_sweep_ends_what_does_not_listen(started, tmp_path):
    ours = started(STUBBORN, mark=OURS)
    assert ours.stdout.readline()
    processes.sweep(mark=OURS, database=tmp_path / "postgres")
    assert ours.wait(timeout=PATIENCE) == -signal.SIGKILL


def test_a_sweep_ends_what_works_in_the_databases_folder(started, tmp_path):
    ours = started(SLEEP, cwd=tmp_path)
    wait_for(lambda: processes.working_in(tmp_path) == {ours.pid})
    processes.sweep(mark=OURS, database=tmp_path)
    assert ours.wait(timeout=PATIENCE) == -signal.SIGKILL


def test_a_name_is_of_one_process_for_good(started):
    child = started(SLEEP)
    name = processes.name_of(child.pid)
    assert processes.is_the_same(name)
    assert not processes.is_the_same(f"{child.pid} 12345")
    child.kill()
    child.wait()
    assert not processes.is_the_same(name)


def test_a_zombie_is_not_alive(started):
    child = started(SLEEP)
    assert processes.is_alive(child.pid)
    os.kill(child.pid, signal.SIGKILL)
    wait_for(lambda: not processes.is_alive(child.pid))
    assert child.poll() is not None


def test_a_make_that_alone_was_interrupted_is_told_from_a_calm_one(tmp_path):
    if not shutil.which("make"):
        pytest.skip("no make")
    (tmp_path / "Makefile").write_text("wait:\n\t@echo begun; exec sleep 60\n")
    make = subprocess.Popen(
        ["make", "--no-print-directory", "wait"],
        cwd=tmp_path,
        # Not a make below the make that runs the tests: it would take over that one's flags.
        env={"PATH": os.environ["PATH"]},
        stdout=subprocess.PIPE,
        text=True,
        # A run in the background hands down an ignored SIGINT, which make would leave ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert make.stdout.readline() == "begun\n"
    children = Path(f"/proc/{make.pid}/task/{make.pid}/children").read_text().split()
    try:
        # It blocks signals for the moment in which it starts a child too.
        wait_for(lambda: not processes.is_being_interrupted(make.pid))
        make.send_signal(signal.SIGINT)
        wait_for(lambda: processes.is_being_interrupted(make.pid))
    finally:
        for child in children:
            os.kill(int(child), signal.SIGTERM)
        make.wait(timeout=PATIENCE)
    assert not processes.is_being_interrupted(make.pid)
