"""The provider's side of things: its storage, its clock, and what it plans to do later."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .config import Config
from .errors import missing
from .storage import Record, Store

DAY = 86_400


class World:
    """What every part of the stand-in works on. All methods expect to be in a transaction."""

    def __init__(self, *, config: Config, store: Store) -> None:
        self.config = config
        self.store = store
        # Set after each change, so that the background threads look at once.
        self.changed = threading.Event()
        # Who asked: {"id", "idempotency_key"}; events carry it, None where nobody did.
        self.request: dict[str, str | None] | None = None
        self._moment: float | None = None

    def true_time(self) -> float:
        """Return the machine's time; signatures and retries follow it."""
        return time.time()

    def time(self) -> float:
        """Return the provider's time: the machine's, moved by the clock's offset."""
        if self._moment is not None:
            return self._moment
        return self.true_time() + float(self.store.setting("clock_offset", 0.0))

    def now(self) -> int:
        """Return the provider's time in whole seconds, as its objects carry it."""
        return int(self.time())

    def move_clock(self, offset: float) -> None:
        """Let the provider's time differ from the machine's by `offset` seconds."""
        self.store.set("clock_offset", offset)

    @contextmanager
    def moment(self, at: float) -> Iterator[None]:
        """Do something as of `at`: a timer that fell due while the clock was moved past it."""
        before, self._moment = self._moment, at
        try:
            yield
        finally:
            self._moment = before

    def need(self, kind: str, object_id: Any, *, param: str = "id", status: int = 404) -> Record:
        """Return the object. Raises Stripe's `resource_missing`."""
        record = self.store.get(kind, str(object_id))
        if record is None:
            raise missing(kind.replace(".", " "), str(object_id), param=param, status=status)
        return record

    def schedule(self, kind: str, object_id: str, *, delay_ms: int) -> None:
        """Plan `kind` for after a delay of true time, or of provider time if that comes first."""
        delay = delay_ms / 1000
        self._plan(kind, object_id, self.time() + delay, self.true_time() + delay)

    def schedule_at(self, kind: str, object_id: str, *, at: int) -> None:
        """Plan `kind` for a moment of the provider's time."""
        self._plan(kind, object_id, at, None)

    def unschedule(self, kind: str, object_id: str) -> bool:
        """Drop what was planned; say whether anything was."""
        rows = self.store.execute(
            "DELETE FROM timers WHERE kind = ? AND object = ? RETURNING id", kind, object_id
        )
        return bool(rows)

    def _plan(self, kind: str, object_id: str, provider: float, true: float | None) -> None:
        self.store.execute(
            "INSERT INTO timers (kind, object, due_provider, due_true) VALUES (?, ?, ?, ?)",
            kind, object_id, provider, true,
        )  # fmt: skip
        self.changed.set()

    def change(self, record: Record, **values: Any) -> dict[str, Any]:
        """Set properties and save; return the previous values of those that changed."""
        previous = {k: record.body.get(k) for k, v in values.items() if record.body.get(k) != v}
        record.body.update(values)
        self.store.save(record)
        return previous
