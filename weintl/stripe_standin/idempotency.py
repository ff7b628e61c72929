"""Idempotency keys: the first answer is kept and given again. Source: docs.stripe.com/api.

Answers are kept once the endpoint has begun, a 500 included; refused parameters and conflicts
are not. Stripe may forget keys after 24 hours; here they are forgotten at the next start.
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from .errors import ApiError
from .world import DAY, World

MAX_LENGTH = 255


@dataclass(frozen=True)
class Answer:
    """What was answered: the status, the JSON body, and the id of the first request."""

    status: int
    body: dict[str, Any]
    request_id: str
    is_replayed: bool = False


class Keys:
    """Keys in use: those of requests that run now, and the answers kept in storage."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._running: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def running(self, key: str) -> Iterator[None]:
        """Hold the key while its request runs. Raises ApiError if another one holds it."""
        with self._lock:
            if key in self._running:
                raise ApiError(
                    "There is currently another in-progress request using this Idempotent Key "
                    f"({key}).",
                    status=409,
                    kind="idempotency_error",
                    code="idempotency_key_in_use",
                )
            self._running.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._running.discard(key)

    def recall(self, key: str, *, method: str, path: str, digest: str) -> Answer | None:
        """Return the kept answer. Raises ApiError if the key was used for something else."""
        rows = self._world.store.execute("SELECT * FROM answers WHERE key = ?", key)
        if not rows:
            return None
        row = rows[0]
        if (row["method"], row["path"]) != (method, path):
            raise ApiError(
                "Keys for idempotent requests can only be used for the same endpoint they were "
                f"first used for ('{row['path']}' vs '{path}'). Try using a key other than "
                f"'{key}' if you meant to execute a different request.",
                kind="idempotency_error",
            )
        if row["digest"] != digest:
            raise ApiError(
                "Keys for idempotent requests can only be used with the same parameters they "
                f"were first used with. Try using a key other than '{key}' if you meant to "
                "execute a different request.",
                kind="idempotency_error",
            )
        body = json.loads(row["body"])
        return Answer(row["status"], body, row["request"], is_replayed=True)

    def keep(self, key: str, answer: Answer, *, method: str, path: str, digest: str) -> None:
        """Keep the answer, in the transaction of its effect."""
        self._world.store.execute(
            "INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            key, method, path, digest, answer.request_id, answer.status,
            json.dumps(answer.body), self._world.true_time(),
        )  # fmt: skip

    def prune(self) -> None:
        """Forget keys older than a day."""
        self._world.store.execute("DELETE FROM answers WHERE at < ?", self._world.true_time() - DAY)


def digest(given: dict[str, Any]) -> str:
    """Return a fingerprint of a request's parameters."""
    return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()
