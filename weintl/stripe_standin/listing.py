"""What every endpoint shares: its place in the table, the call, and lists in pages."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .errors import ApiError, missing
from .storage import Query
from .world import World

OPERATORS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


@dataclass
class Call:
    """One request to the API, its parameters typed already."""

    world: World
    path: str
    given: dict[str, Any] = field(default_factory=dict)
    object_id: str = ""
    # Where the caller reached us, e.g. http://127.0.0.1:8400: pay pages live there too.
    origin: str = ""


@dataclass(frozen=True)
class Endpoint:
    """One thing that the API can do.

    `params` names the SDK's type of the request; `returns` the kind of the answer, with
    `list:` before it for a page of them.
    """

    method: str
    path: str
    params: str
    returns: str
    handle: Callable[[Call], dict[str, Any]]


def created_range(given: dict[str, Any], *, name: str = "created") -> tuple[tuple[str, int], ...]:
    """Return the limits on the time of creation: a moment, or gt, gte, lt, lte."""
    value = given.get(name, {})
    if isinstance(value, int):
        return (("=", value),)
    return tuple((OPERATORS[key], moment) for key, moment in value.items())


def filters(given: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return those of the named parameters that were given."""
    return {name: given[name] for name in names if name in given}


def checked_limit(given: dict[str, Any]) -> int:
    """Return how many objects a page has. Raises ApiError beyond 1 to 100."""
    limit = int(given.get("limit", 10))
    if not 1 <= limit <= 100:
        raise ApiError(
            f"Invalid limit: must be between 1 and 100, not {limit}",
            code="parameter_invalid_integer",
            param="limit",
        )
    return limit


def answer_list(call: Call, query: Query) -> dict[str, Any]:
    """Return one page, newest first, as Stripe pages: limit 1 to 100, ids as cursors."""
    given = call.given
    limit = checked_limit(given)
    after, before = given.get("starting_after"), given.get("ending_before")
    if after and before:
        raise ApiError("You may only specify one of: starting_after, ending_before.")
    for param, cursor in (("starting_after", after), ("ending_before", before)):
        if cursor and call.world.store.get(query.kind, cursor) is None:
            raise missing(query.kind, cursor, param=param, status=400)
    found = call.world.store.find(query, limit=limit + 1, after=after, before=before)
    has_more = len(found) > limit
    # Going backwards, the one too many stands first.
    kept = found[1:] if has_more and before else found[:limit]
    return {
        "object": "list",
        "data": [record.body for record in kept],
        "has_more": has_more,
        "url": call.path,
    }
