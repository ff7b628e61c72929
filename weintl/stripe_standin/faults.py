"""Faults of the API on demand: errors, silence, an answer lost after the effect."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from .errors import ApiError
from .world import World

STATUSES = (409, 429, 500, 502, 503)


@dataclass(frozen=True)
class Fault:
    """One disturbance of the next `count` requests whose path begins with `path`.

    `status` answers with that error, `hang` waits that many seconds first, and
    `drop_after_commit` does what was asked and then closes the connection. `after_commit` lets
    an error come after the effect. `keep` says whether the error is kept under the idempotency
    key; by default a 500 is, as at Stripe, and the others are not.
    """

    status: int = 0
    count: int = 1
    path: str = "/v1/"
    method: str = ""
    hang: float = 0.0
    drop_after_commit: bool = False
    after_commit: bool = False
    keep: bool | None = None

    @property
    def is_kept(self) -> bool:
        """Whether the error is replayed for the same key."""
        return self.status == 500 if self.keep is None else self.keep

    def error(self) -> ApiError:
        """Return the error in Stripe's shape."""
        if self.status == 429:
            return ApiError(
                "Request rate limit exceeded. You can learn more about rate limits here "
                "https://docs.stripe.com/rate-limits.",
                status=429,
                code="rate_limit",
            )
        if self.status == 409:
            return ApiError(
                "This object cannot be accessed right now because another API request or Stripe "
                "process is currently accessing it.",
                status=409,
                code="lock_timeout",
            )
        return ApiError("An unknown error occurred", status=self.status, kind="api_error")


def add(world: World, given: dict[str, Any]) -> list[dict[str, Any]]:
    """Add a fault; return all. Raises ApiError for what no fault can be."""
    known = {field.name: field for field in fields(Fault)}
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ApiError(f"A fault has no {', '.join(unknown)}.")
    fault = Fault(**given)
    if fault.status and fault.status not in STATUSES:
        raise ApiError(f"status must be one of {', '.join(map(str, STATUSES))}.")
    if not (fault.status or fault.hang or fault.drop_after_commit):
        raise ApiError("A fault needs status, hang or drop_after_commit.")
    if fault.count < 1 or fault.hang < 0 or not fault.path.startswith("/"):
        raise ApiError("count starts at 1, hang at 0, path with a slash.")
    faults = [*world.store.setting("faults", []), asdict(fault)]
    world.store.set("faults", faults)
    return faults


def take(world: World, *, method: str, path: str) -> Fault | None:
    """Return the first fault that meets this request, and count it down."""
    faults = world.store.setting("faults", [])
    for number, entry in enumerate(faults):
        if path.startswith(entry["path"]) and entry["method"] in ("", method):
            entry["count"] -= 1
            if entry["count"] == 0:
                del faults[number]
            world.store.set("faults", faults)
            return Fault(**{**entry, "count": 1})
    return None
