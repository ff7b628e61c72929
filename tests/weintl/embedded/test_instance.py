"""One launcher lives on a data folder; the next waits for one that ends, and clears up."""

import os
import signal
import subprocess
import sys

import pytest

from tests.plugins.processes import PATIENCE, ROOT, wait_for
from weintl.embedded import places, processes
from weintl.embedded.instance import Instance
from weintl.embedded.trouble import Trouble

HOLD = """
import pathlib, sys, time
from weintl.embedded.instance import Instance
instance = Instance(pathlib.Path(sys.argv[1]))
with instance.only():
    instance.say(sys.argv[2])
    print("held", flush=True)
    time.sleep(float(sys.argv[3]))
    pathlib.Path(sys.argv[1], "over").touch()
"""


@pytest.fixture
def holder(tmp_path):
    children = []

    def begin(state, seconds):
        child = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(tmp_path), state, str(seconds)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        children.append(child)
        assert child.stdout.readline() == b"held\n"
        return child

    yield begin
    for child in children:
        child.kill()
        child.wait()


def test_a_second_is_refused_and_told_who_is_there(tmp_path, holder):
    first = holder("runs", 60)
    refused = pytest.raises(Trouble, match=rf"already runs on .* \(process {first.pid}\)")
    with refused, Instance(tmp_path).only():
        pass


def test_one_that_is_ending_is_waited_for(tmp_path, holder):
    holder("ends", 2)
    with Instance(tmp_path).only():
        assert (tmp_path / "over").exists()


def test_what_a_killed_one_left_is_ended_first(tmp_path, holder):
    first = holder("runs", 60)
    left = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"],
        env={**os.environ, processes.MARK: places.mark_of(tmp_path)},
    )
    wait_for(lambda: processes.marked(places.mark_of(tmp_path)))
    first.kill()
    first.wait()
    with Instance(tmp_path).only():
        assert left.wait(timeout=PATIENCE) == -signal.SIGTERM
