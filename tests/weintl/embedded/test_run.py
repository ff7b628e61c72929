"""What can go wrong at the start is said in one sentence and leaves nothing behind."""

import os
import socket
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet

from tests.plugins import processes
from weintl.embedded.run import Launcher

ROOT = processes.ROOT


def launch(folder, **changes):
    values = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    values |= {
        "DATA_DIR": str(folder),
        "PORT": str(processes.free_port()),
        "STRIPE_PORT": str(processes.free_port()),
        **changes,
    }
    return subprocess.run(
        [sys.executable, "-m", "weintl.embedded", "run"],
        cwd=ROOT,
        env=values,
        capture_output=True,
        text=True,
        timeout=2 * processes.PATIENCE,
        check=False,
    )


def mentions_no_process(folder):
    found = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return str(folder) not in found.stdout


def is_one_sentence(text):
    return text.count("\n") == 1 and "Traceback" not in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"PORT": "eighty"}, "PORT must be a number"),
        ({"PORT": "70000"}, "PORT must be a number"),
        ({"DATABASE_URL": "mysql://a@b/c"}, "DATABASE_URL must start with postgresql://"),
        ({"DATABASE_URL": "postgresql://a@127.0.0.1:1/b"}, "cannot be used"),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "REDIS_URL cannot be used"),
        ({"REDIS_URL": "amqp://nowhere"}, "REDIS_URL cannot be used"),
    ],
)
def test_a_wrong_value_is_named(tmp_path, changes, words):
    answer = launch(tmp_path, **changes)
    assert answer.returncode == 1
    assert words in answer.stderr
    assert is_one_sentence(answer.stderr)
    assert mentions_no_process(tmp_path)


@pytest.mark.parametrize("name", ["PORT", "STRIPE_PORT"])
def test_a_taken_port_is_named(tmp_path, name):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        answer = launch(tmp_path, **{name: port})
    assert answer.returncode == 1
    assert f"Port {port} is taken" in answer.stderr
    assert name in answer.stderr
    assert is_one_sentence(answer.stderr)


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    answer = launch(tmp_path / "file" / "data")
    assert answer.returncode == 1
    assert "data folder" in answer.stderr
    assert is_one_sentence(answer.stderr)


def test_a_demonstration_keeps_the_keys_that_it_made(tmp_path, monkeypatch):
    for name in ("SECRET_KEY", "ENCRYPTION_KEYS", "SITE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))

    def keys() -> tuple[str, str]:
        launcher = Launcher()
        launcher.complete_environment()
        return launcher.environment["SECRET_KEY"], launcher.environment["ENCRYPTION_KEYS"]

    first = keys()
    assert Fernet(first[1])
    assert keys() == first
    assert (tmp_path / "environment").stat().st_mode & 0o077 == 0
