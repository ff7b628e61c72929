import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.plugins.processes import PATIENCE, ROOT, wait_for
from tests.plugins.standin import start_standin


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "weintl.stripe_standin", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip


def test_a_taken_port_is_one_sentence(tmp_path):
    with start_standin(tmp_path / "a") as standin:
        port = standin.url.rsplit(":", 1)[1]
        done = run(f"--port={port}", f"--data-dir={tmp_path / 'b'}")
    assert done.returncode == 1
    assert done.stderr == f"Port {port} cannot be used: Address already in use.\n"


def test_a_second_one_on_the_same_folder_is_refused(tmp_path):
    with start_standin(tmp_path):
        done = run("--port=0", f"--data-dir={tmp_path}")
    assert done.returncode == 1
    assert done.stderr == f"Another stand-in uses the data folder {tmp_path}.\n"


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    done = run("--port=0", f"--data-dir={tmp_path / 'file' / 'data'}")
    assert done.returncode == 1
    assert done.stderr.startswith(f"The data folder {tmp_path}/file/data cannot be used: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_at_once_and_in_good_order(tmp_path, number):
    standin = start_standin(tmp_path)
    started = time.monotonic()
    standin._process.send_signal(number)
    assert standin._process.wait(timeout=PATIENCE) == 0
    assert time.monotonic() - started < PATIENCE / 2
    standin.stop()
    assert standin.output == ""


def test_it_ends_with_its_parent_where_asked(tmp_path):
    program = (
        "from pathlib import Path; import os, signal\n"
        "from tests.plugins.standin import start_standin\n"
        f"standin = start_standin(Path({str(tmp_path)!r}))\n"
        "print(standin._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE,
        check=False,
    )  # fmt: skip
    child = int(done.stdout)
    wait_for(lambda: not _is_alive(child))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # Ended, but not yet collected by whoever inherited it.
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_it_says_that_it_is_alive(standin):
    with urllib.request.urlopen(f"{standin.url}/healthz", timeout=PATIENCE) as response:
        assert response.read() == b'{\n  "status": "ok"\n}'
