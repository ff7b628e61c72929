"""Webhook endpoints: where events go. One is given at the start, others come over the API."""

from typing import Any
from urllib.parse import urlsplit

from .errors import ApiError, unsupported
from .listing import Call, Endpoint, answer_list
from .shapes import API_VERSION, new_id, shape
from .storage import Query
from .world import World

KIND = "webhook_endpoint"
DEFAULT_ID = "we_1StandInDefault"


def keep_default(world: World, *, url: str, secret: str) -> None:
    """Set where the configured events go; an empty address sends them nowhere."""
    record = world.store.get(KIND, DEFAULT_ID)
    if not url:
        if record is not None:
            world.store.remove(DEFAULT_ID)
        return
    if record is None:
        body = shape(KIND, id=DEFAULT_ID, created=world.now(), enabled_events=["*"], url=url)
        world.store.put(KIND, body, secret=secret)
        return
    record.hidden["secret"] = secret
    world.change(record, url=url)


def _create(call: Call) -> dict[str, Any]:
    given = call.given
    parts = urlsplit(given["url"])
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ApiError("Not a valid URL", code="url_invalid", param="url")
    if given.get("api_version", API_VERSION) != API_VERSION:
        raise unsupported("api_version", why=f"only {API_VERSION} is spoken.")
    if given.get("connect"):
        raise unsupported("connect", why="there are no connected accounts.")
    if not given["enabled_events"]:
        raise ApiError("Invalid array: enabled_events", param="enabled_events")
    body = shape(
        KIND,
        id=new_id("we_1"),
        api_version=given.get("api_version"),
        created=call.world.now(),
        description=given.get("description") or None,
        enabled_events=given["enabled_events"],
        metadata=given.get("metadata") or {},
        url=given["url"],
    )
    secret = new_id("whsec_", length=32)
    call.world.store.put(KIND, body, secret=secret)
    # Shown this once, as at Stripe.
    return {**body, "secret": secret}


def _list(call: Call) -> dict[str, Any]:
    return answer_list(call, Query(KIND))


def _retrieve(call: Call) -> dict[str, Any]:
    return call.world.need(KIND, call.object_id).body


def _delete(call: Call) -> dict[str, Any]:
    record = call.world.need(KIND, call.object_id)
    call.world.store.remove(record.id)
    return {"id": record.id, "object": KIND, "deleted": True}


PATH = "/v1/webhook_endpoints"
ENDPOINTS = [
    Endpoint("POST", PATH, "WebhookEndpointCreateParams", KIND, _create),
    Endpoint("GET", PATH, "WebhookEndpointListParams", f"list:{KIND}", _list),
    Endpoint("GET", f"{PATH}/{{id}}", "WebhookEndpointRetrieveParams", KIND, _retrieve),
    Endpoint("DELETE", f"{PATH}/{{id}}", "WebhookEndpointDeleteParams", "", _delete),
]
