"""Events: what happened, kept for 30 days, and the deliveries that it causes."""

from typing import Any

from .errors import ApiError, missing
from .listing import Call, Endpoint, answer_list, created_range
from .shapes import API_VERSION, new_id, shape
from .storage import Query, Record
from .world import DAY, World

KEPT = 30 * DAY
UNDELIVERED = "(SELECT event FROM deliveries WHERE state <> 'delivered')"


def emit(
    world: World, kind: str, body: dict[str, Any], *, previous: dict[str, Any] | None = None
) -> Record:
    """Record that something happened and queue it for every endpoint that asked for it."""
    data: dict[str, Any] = {"object": body}
    if previous is not None:
        data["previous_attributes"] = previous
    event = shape(
        "event",
        id=new_id("evt_1"),
        api_version=API_VERSION,
        created=world.now(),
        data=data,
        request=world.request or {"id": None, "idempotency_key": None},
        type=kind,
    )
    record = world.store.put("event", event)
    for endpoint in world.store.find(Query("webhook_endpoint")):
        wanted = endpoint.body["enabled_events"]
        if endpoint.body["status"] == "enabled" and ("*" in wanted or kind in wanted):
            queue(world, event_id=record.id, endpoint_id=endpoint.id)
    return record


def queue(world: World, *, event_id: str, endpoint_id: str) -> None:
    """Queue one delivery, or lose it where the control API said so."""
    settings = world.store.setting("webhooks", {})
    drop = settings.get("drop", False)
    if drop is not False and drop is not True:
        left = int(drop) - 1
        world.store.set("webhooks", {**settings, "drop": left if left > 0 else False})
    state = "dropped" if drop else "pending"
    due = world.true_time() + settings.get("delay_ms", 0) / 1000
    world.store.execute(
        "INSERT INTO deliveries (event, endpoint, state, due) VALUES (?, ?, ?, ?)",
        event_id, endpoint_id, state, due,
    )  # fmt: skip
    world.changed.set()


def rendered(world: World, body: dict[str, Any]) -> dict[str, Any]:
    """Return the event with the number of endpoints that still wait for it."""
    rows = world.store.execute(
        "SELECT count(DISTINCT endpoint) AS n FROM deliveries "
        "WHERE event = ? AND state = 'pending'",
        body["id"],
    )
    return {**body, "pending_webhooks": rows[0]["n"]}


def _list(call: Call) -> dict[str, Any]:
    given = call.given
    if "type" in given and "types" in given:
        raise ApiError("You may pass either `type` or `types`, but not both.", param="types")
    types = given.get("types", [given["type"]] if "type" in given else [])
    if len(types) > 20:
        raise ApiError("You may pass at most 20 types.", param="types")
    raw = [f"created >= {call.world.now() - KEPT}"]
    exact = tuple(kind for kind in types if "*" not in kind)
    if len(exact) < len(types):
        raw.append(_wildcard(types[0]))
    if "delivery_success" in given:
        raw.append(f"id {'NOT IN' if given['delivery_success'] else 'IN'} {UNDELIVERED}")
    query = Query("event", created=created_range(given), types=exact, raw=tuple(raw))
    return answer_list(call, query)


def _wildcard(kind: str) -> str:
    prefix = kind.removesuffix("*")
    if not all(letter.isalnum() or letter in "._" for letter in prefix):
        raise ApiError(f"Invalid type: {kind}", param="type")
    return f"json_extract(body, '$.type') LIKE '{prefix}%'"


def _retrieve(call: Call) -> dict[str, Any]:
    record = call.world.need("event", call.object_id)
    if record.body["created"] < call.world.now() - KEPT:
        raise missing("event", record.id)
    return record.body


ENDPOINTS = [
    Endpoint("GET", "/v1/events", "EventListParams", "list:event", _list),
    Endpoint("GET", "/v1/events/{id}", "EventRetrieveParams", "event", _retrieve),
]
