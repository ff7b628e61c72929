"""A command is started again when it is killed, and ends when its launcher disappears."""

import os
import signal
import subprocess
import sys

import pytest

from tests.plugins.processes import PATIENCE, ROOT, wait_for

ATTACHED = ROOT / "weintl" / "embedded" / "attached.py"
SLEEP = "import os,time,sys; open(sys.argv[1],'a').write(f'{os.getpid()}\\n'); time.sleep(60)"


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def launcher():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield child
    child.kill()
    child.wait()


def attach(launcher, *command):
    return subprocess.Popen(
        [sys.executable, str(ATTACHED), str(launcher.pid), "job", *command],
        stdout=subprocess.PIPE,
        text=True,
    )


def pids(path):
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def test_a_killed_command_is_started_again(launcher, tmp_path):
    seen = tmp_path / "pids"
    job = attach(launcher, sys.executable, "-c", SLEEP, str(seen))
    first = wait_for(lambda: pids(seen))[0]
    os.kill(first, signal.SIGKILL)
    second = wait_for(lambda: pids(seen)[1:])[0]
    assert alive(second)
    job.terminate()
    assert job.wait(timeout=PATIENCE) == 0
    wait_for(lambda: not alive(second))
    assert "started again" in job.stdout.read()


def test_a_command_that_ends_by_itself_ends_the_job(launcher):
    job = attach(launcher, sys.executable, "-c", "import sys; sys.exit(3)")
    assert job.wait(timeout=PATIENCE) == 3


def test_nothing_outlives_a_killed_launcher(launcher, tmp_path):
    seen = tmp_path / "pids"
    job = attach(launcher, sys.executable, "-c", SLEEP, str(seen))
    child = wait_for(lambda: pids(seen))[0]
    launcher.kill()
    launcher.wait()
    assert job.wait(timeout=PATIENCE) == 0
    wait_for(lambda: not alive(child))
