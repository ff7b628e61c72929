"""Stripe's published API description, where a machine has it, and what it says of a call.

`STRIPE_API_DESCRIPTION` names the folder that holds it (`spec3.slim.json`, `events/`); without
it `../shared/stripe` beside the checkout is looked at. It is no part of the project: without
the folder the tests that need it are skipped.
"""

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import jsonschema
import pytest

from tests.plugins.processes import ROOT

FOLDER = Path(os.environ.get("STRIPE_API_DESCRIPTION", ROOT.parent / "shared" / "stripe"))
VERSION = "2026-10-28.endive"


def folder() -> Path:
    """Return the folder; skip where it is absent."""
    if not (FOLDER / "spec3.slim.json").is_file():
        pytest.skip("STRIPE_API_DESCRIPTION names no folder: nothing is held against Stripe's word")
    return FOLDER


def events() -> list[Path]:
    """Return the files of sample events, none where the folder is absent."""
    return sorted((FOLDER / "events").glob("*__*.json"))


@cache
def document() -> dict[str, Any]:
    """Return the description as JSON Schema understands it; skip where it is absent."""
    return _nullable(json.loads((folder() / "spec3.slim.json").read_text()))


def _nullable(node: Any) -> Any:
    """Return a schema of OpenAPI 3.0 as one of JSON Schema: `nullable` is the difference."""
    if isinstance(node, list):
        return [_nullable(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    inner = {key: _nullable(value) for key, value in node.items() if key != "nullable"}
    if node.get("nullable") is not True or inner in ({}, {"properties": {}}):
        return inner
    return {"anyOf": [{"type": "null"}, inner]}


def _faults(schema: dict[str, Any], value: Any) -> list[str]:
    whole = {"allOf": [schema], "components": document()["components"]}
    errors = jsonschema.Draft202012Validator(whole).iter_errors(value)
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:300]}" for e in errors]


def faults_of_object(kind: str, value: Any) -> list[str]:
    """Return what does not fit in an object of `kind`, e.g. `checkout.session`."""
    return _faults({"$ref": f"#/components/schemas/{kind}"}, value)


def operations() -> set[str]:
    """Return all operations: `GET /v1/charges/{}`."""
    return {
        f"{method.upper()} {_anonymous(path)}"
        for path, methods in document()["paths"].items()
        for method in methods
    }


def _anonymous(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def operation(method: str, path: str) -> tuple[str, dict[str, Any]]:
    """Return the name of the operation behind a request, and its description.

    A path without ids wins. Raises LookupError for a request that nothing describes.
    """
    for known in sorted(document()["paths"], key=lambda one: one.count("{")):
        pattern = re.sub(r"\{[^}]*\}", "[^/]+", known)
        found = document()["paths"][known].get(method.lower())
        if found is not None and re.fullmatch(pattern, path):
            return f"{method} {_anonymous(known)}", found
    raise LookupError(f"{method} {path}")


def faults_of_request(method: str, path: str, text: str) -> list[str]:
    """Return what does not fit in a request; `text` is its query or its form, as sent."""
    _name, described = operation(method, path)
    schema = _parameters(described) if method == "GET" else _form(described)
    return _faults(schema, _typed(_tree(text), schema))


def _form(described: dict[str, Any]) -> dict[str, Any]:
    content = described.get("requestBody", {}).get("content", {})
    empty = {"type": "object", "properties": {}, "additionalProperties": False}
    return content.get("application/x-www-form-urlencoded", {}).get("schema", empty)


def _parameters(described: dict[str, Any]) -> dict[str, Any]:
    asked = [one for one in described.get("parameters", []) if one["in"] == "query"]
    return {
        "type": "object",
        "properties": {one["name"]: one["schema"] for one in asked},
        "required": [one["name"] for one in asked if one.get("required")],
        "additionalProperties": False,
    }


def faults_of_answer(method: str, path: str, body: Any) -> list[str]:
    """Return what does not fit in a good answer."""
    _name, described = operation(method, path)
    return _faults(described["responses"]["200"]["content"]["application/json"]["schema"], body)


def _tree(text: str) -> Any:
    """Return a deep form as nested dicts and lists, all values text.

    Not the stand-in's reader: a fault of that one must not hide here.
    """
    root: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)):
        *groups, last = re.findall(r"[^\[\]]+", name)
        node = root
        for group in groups:
            node = node.setdefault(group, {})
        assert last not in node, f"{name} is sent twice"
        node[last] = value
    return _listed(root)


def _listed(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    inner = {key: _listed(value) for key, value in node.items()}
    if inner and list(inner) == [str(number) for number in range(len(inner))]:
        return list(inner.values())
    return inner


def _typed(value: Any, schema: dict[str, Any]) -> Any:
    """Return a form's texts as the types that the description wants, where they can be."""
    for option in schema.get("anyOf", []):
        tried = _typed(value, option)
        if not _faults(option, tried):
            return tried
    if isinstance(value, dict):
        known, other = schema.get("properties", {}), schema.get("additionalProperties")
        rest = other if isinstance(other, dict) else {}
        return {key: _typed(entry, known.get(key, rest)) for key, entry in value.items()}
    if isinstance(value, list):
        return [_typed(entry, schema.get("items", {})) for entry in value]
    kind = schema.get("type")
    if kind in {"integer", "number"} and re.fullmatch(r"-?[0-9]+", value):
        return int(value)
    return {"true": True, "false": False}.get(value, value) if kind == "boolean" else value
