"""A site of its own for measurements: `make run` in a folder that is thrown away."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.plugins.processes import ROOT, free_port

from . import events

READY = "is ready"
START_SECONDS = 180


@contextmanager
def running() -> Iterator[str]:
    """Start the whole system with its demonstration; yield its address on 127.0.0.1.

    Raises RuntimeError with what it said where it does not start in time.
    """
    folder = Path(tempfile.mkdtemp(prefix="weintl-bench-"))
    folder.chmod(0o755)
    port = free_port()
    own = {
        "PORT": str(port),
        "STRIPE_PORT": str(free_port()),
        "DATA_DIR": str(folder / "data"),
        "STRIPE_WEBHOOK_SECRET": events.SECRET,
    }
    log = folder / "run.log"
    # Nothing of the caller's own installation: not its database, not its keys.
    foreign = {"DATABASE_URL", "REDIS_URL", "SITE_URL", "EMAIL_URL", "STATIC_ROOT"}
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in foreign and not name.startswith(("STRIPE_", "S3_"))
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "weintl.embedded", "run", "--end-with-parent"],
            cwd=ROOT,
            env={**kept, **own},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while READY not in log.read_text():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"The site did not start: {log.read_text()[-2000:]}")
        time.sleep(0.2)
