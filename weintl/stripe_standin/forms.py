"""Stripe's deep forms: `line_items[0][price_data][currency]=usd`."""

from typing import Any
from urllib.parse import parse_qsl

from .errors import ApiError

MAX_FIELDS = 5000
MAX_DEPTH = 12


def parse(text: str) -> dict[str, Any]:
    """Return the form as nested dicts; numbered keys stay text, `a[]` is numbered in order.

    Raises ApiError where one name is both a value and a group.
    """
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise ApiError(f"Invalid request body: {error}") from error
    tree: dict[str, Any] = {}
    for name, value in pairs:
        _put(tree, path=_path(name), name=name, value=value)
    return tree


def join(path: str, key: str) -> str:
    """Return the name of `key` inside `path`, as Stripe writes it."""
    return f"{path}[{key}]" if path else key


def _path(name: str) -> list[str]:
    head, bracket, rest = name.partition("[")
    if not bracket:
        return [name]
    if not rest.endswith("]"):
        raise ApiError(f"Invalid parameter name: {name}")
    path = [head, *rest[:-1].split("][")]
    if len(path) > MAX_DEPTH:
        raise ApiError(f"Parameters are nested too deeply: {name}")
    return path


def _put(tree: dict[str, Any], *, path: list[str], name: str, value: str) -> None:
    node = tree
    for step in path[:-1]:
        key = step or str(len(node))
        child = node.setdefault(key, {})
        if not isinstance(child, dict):
            raise ApiError(f"Invalid object: {name}", param=name)
        node = child
    key = path[-1] or str(len(node))
    if isinstance(node.get(key), dict):
        raise ApiError(f"Invalid object: {name}", param=name)
    node[key] = value
