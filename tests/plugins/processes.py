"""Real processes for tests: a Celery worker and a web server on the test's own database."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit
from urllib.request import urlopen

from django.conf import settings
from django.db import connection

from weintl.embedded.processes import before_exec

ROOT = Path(__file__).resolve().parents[2]
# Seconds until something is given up: many, for a machine on which other work runs. Whoever
# waits looks again and again, so that it costs nothing where all goes well.
PATIENCE = 60
# Below the ports that the kernel hands out, so that nobody gets one between choice and use.
PORTS = range(20_000, 32_000)


def database_url() -> str:
    """Return the address of the database that this test uses."""
    config = connection.settings_dict
    user, password = config.get("USER") or "", config.get("PASSWORD") or ""
    host = config.get("HOST") or config.get("OPTIONS", {}).get("host", "")
    port = config.get("PORT") or ""
    login = quote(user) + (f":{quote(password)}" if password else "")
    if host.startswith("/"):
        return f"postgresql://{login}@/{config['NAME']}?host={quote(host)}"
    return f"postgresql://{login}@{host}{f':{port}' if port else ''}/{config['NAME']}"


def valkey_database(url: str, further: int) -> str:
    """Return the address of the database `further` steps after the one that `url` names."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        query = dict(parse_qsl(parts.query))
        query["db"] = str(int(query.get("db", 0)) + further)
        return f"unix://{parts.path}?{urlencode(query)}"
    first = int(parts.path.strip("/") or 0)
    return urlunsplit(parts._replace(path=f"/{first + further}"))


def other_valkey_database(url: str) -> str:
    """Return the address of a database that no worker of this run uses for its tests."""
    return valkey_database(url, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "0")) + 1)


def environment(**extra: str) -> dict[str, str]:
    """Return an environment in which a process sees what this test sees."""
    values = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "STRIPE_SECRET_KEY": settings.STRIPE_SECRET_KEY,
        "STRIPE_WEBHOOK_SECRET": ",".join(settings.STRIPE_WEBHOOK_SECRETS),
        "STRIPE_API_BASE": settings.STRIPE_API_BASE,
        "DATA_DIR": str(settings.DATA_DIR),
        "STATIC_ROOT": str(settings.STATIC_ROOT),
        "SITE_URL": settings.SITE_URL,
        "QUICK_EXIT_URL": settings.QUICK_EXIT_URL,
        "DJANGO_SETTINGS_MODULE": "weintl.settings",
        "PYTHONPATH": str(ROOT),
    }
    return {**values, **extra}


def free_port() -> int:
    """Return a loopback port that nobody has, nor will be given by chance."""
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("No port is free.")


def wait_for(condition, *, seconds: float = PATIENCE, step: float = 0.05):
    """Return the first true value of `condition()`; fail after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(step)
    raise AssertionError(f"Nothing within {seconds} s.")


def stop(process: subprocess.Popen, *, how: int = signal.SIGTERM) -> None:
    """End a process group that was started here."""
    if process.poll() is None:
        os.killpg(process.pid, how)
        try:
            process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=PATIENCE)


def start(command: list[str], *, log: Path, **extra: str) -> subprocess.Popen:
    """Start `command` in its own process group, its words going to `log`."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(**extra),
        stdout=log.open("ab"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
        # A killed test run leaves nothing behind.
        preexec_fn=before_exec(uid=None, gid=None, death=signal.SIGTERM),
    )


def beside(command: list[str]) -> subprocess.Popen:
    """Start `command` as it is, to end with this process at the latest."""
    death = before_exec(uid=None, gid=None, death=signal.SIGTERM)
    return subprocess.Popen(command, cwd=ROOT, preexec_fn=death)


def start_worker(log: Path, **extra: str) -> subprocess.Popen:
    """Start a Celery worker on all queues and wait until it takes work."""
    seen = log.stat().st_size if log.exists() else 0
    process = start(
        [
            sys.executable, "-m", "celery", "-A", "weintl.celery", "worker",
            "-Q", "payments,mail,media,reports", "-c", "2", "--without-gossip",
            "--without-mingle", "--without-heartbeat", "-l", "INFO",
        ],
        log=log,
        **extra,
    )  # fmt: skip
    wait_for(lambda: _is_up(process, log) and b"ready" in log.read_bytes()[seen:])
    return process


@contextmanager
def web_server(log: Path, *, port: int = 0, **extra: str) -> Iterator[str]:
    """Serve the site with granian as in production; yield its address."""
    port = port or free_port()
    address = f"http://127.0.0.1:{port}"
    process = start(
        [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
            "--port", str(port), "--workers", "1", "weintl.wsgi:application",
        ],
        log=log,
        **extra,
    )  # fmt: skip
    try:
        wait_for(lambda: _is_up(process, log) and _answers(f"{address}/healthz"))
        yield address
    finally:
        stop(process)


def _is_up(process: subprocess.Popen, log: Path) -> bool:
    assert process.poll() is None, log.read_text()[-2000:]
    return True


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=10) as answer:
            return answer.status == 200
    except OSError:
        return False
