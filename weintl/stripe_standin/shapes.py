"""The provider's objects as they look before anything is filled in.

`shapes.json` follows the example objects that Stripe publishes with its API description, without
the properties that only come when expanded.
"""

import copy
import json
import secrets
import string
from pathlib import Path
from typing import Any

API_VERSION = "2026-10-28.endive"
ALPHABET = string.ascii_letters + string.digits
SHAPES: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("shapes.json").read_text(encoding="utf-8")
)


def shape(kind: str, **values: Any) -> dict[str, Any]:
    """Return a new object of `kind`. Raises KeyError for a property that it does not have."""
    body = copy.deepcopy(SHAPES[kind])
    for name, value in values.items():
        if name not in body:
            raise KeyError(f"{kind}.{name}")
        body[name] = value
    return body


def new_id(prefix: str, *, length: int = 24) -> str:
    """Return an id as Stripe writes them, e.g. `ch_3Q…`."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))
