"""Strictness: requests are held against the parameter types of the installed `stripe` package.

Those types are generated from Stripe's own API description. `checker("RefundCreateParams")`
reads one once; an endpoint therefore needs no list of its own.
"""

import re
import sys
import typing
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin

import stripe.params
import stripe.params.checkout
from stripe import RequestOptions
from typing_extensions import is_typeddict

from .errors import ApiError
from .forms import join

# (raw value, name of the parameter) -> typed value
Check = Callable[[Any, str], Any]

WRAPPERS = ("NotRequired", "Required")


@cache
def checker(name: str) -> Check:
    """Return the check of one request, named as in `stripe.params`, e.g. `checkout.SessionX`.

    Raises AttributeError where the installed package knows no such request.
    """
    holder: Any = stripe.params
    *folders, last = name.split(".")
    for folder in folders:
        holder = getattr(holder, folder)
    return _object(getattr(holder, last))


def check(name: str, *, values: dict[str, Any]) -> dict[str, Any]:
    """Return `values` typed. Raises ApiError as Stripe does for what the type does not allow."""
    return typing.cast(dict[str, Any], checker(name)(values, ""))


@cache
def _object(cls: Any) -> Check:
    fields: dict[str, Check] = {}
    names = [name for name in cls.__annotations__ if name not in RequestOptions.__annotations__]
    required = cls.__required_keys__ & set(names)

    def read(value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ApiError(f"Invalid object: {path}", param=path)
        # Filled at first use: types may contain themselves.
        for name in names if not fields else ():
            fields[name] = _check(cls.__annotations__[name], _scope(cls))
        unknown = [join(path, key) for key in value if key not in fields]
        if unknown:
            noun = "parameter" if len(unknown) == 1 else "parameters"
            listed = ", ".join(unknown)
            raise ApiError(
                f"Received unknown {noun}: {listed}", code="parameter_unknown", param=unknown[0]
            )
        for name in sorted(required - set(value)):
            raise missing_param(join(path, name))
        return {key: fields[key](item, join(path, key)) for key, item in value.items()}

    return read


def missing_param(path: str) -> ApiError:
    """Return Stripe's refusal of a request without `path`."""
    return ApiError(f"Missing required param: {path}.", code="parameter_missing", param=path)


def _scope(cls: Any) -> dict[str, Any]:
    return vars(sys.modules[cls.__module__])


def _check(hint: Any, scope: dict[str, Any]) -> Check:
    hint = _resolve(hint, scope)
    if get_origin(hint) in {Union, getattr(sys.modules["types"], "UnionType", Union)}:
        return _union([_resolve(option, scope) for option in get_args(hint)], scope)
    if get_origin(hint) is Literal:
        return _enum([str(value) for value in get_args(hint)])
    if get_origin(hint) is list:
        return _list(_check(get_args(hint)[0], scope))
    if get_origin(hint) is dict:
        return _mapping(_check(get_args(hint)[1], scope))
    if is_typeddict(hint):
        return _object(hint)
    return SCALARS[hint]


def _resolve(hint: Any, scope: dict[str, Any]) -> Any:
    """Return the type behind forward references and `NotRequired`."""
    while True:
        if isinstance(hint, str):
            hint = ForwardRef(hint)
        if isinstance(hint, ForwardRef):
            # The text comes from the installed package, not from a request.
            hint = eval(hint.__forward_code__, scope)  # noqa: S307
        elif getattr(get_origin(hint), "_name", None) in WRAPPERS:
            hint = get_args(hint)[0]
        else:
            return hint


def _is_group(hint: Any) -> bool:
    return is_typeddict(hint) or get_origin(hint) in {list, dict}


def _union(options: list[Any], scope: dict[str, Any]) -> Check:
    literals = [str(v) for o in options if get_origin(o) is Literal for v in get_args(o)]
    words = [word for word in literals if word]
    groups = [_check(option, scope) for option in options if _is_group(option)]
    # `Literal[…] | str` stands for an enumeration that may grow; Stripe refuses other words.
    plain = [SCALARS[o] for o in options if o in SCALARS and not (o is str and words)]
    scalars = ([_enum(words)] if words else []) + plain
    clears = "" in literals

    def read(value: Any, path: str) -> Any:
        if value == "" and clears:
            return ""
        if isinstance(value, dict):
            return (groups or scalars)[0](value, path)
        for option in scalars[:-1]:
            try:
                return option(value, path)
            except ApiError:
                continue
        return (scalars or groups)[-1](value, path)

    return read


def _enum(words: list[str]) -> Check:
    def read(value: Any, path: str) -> str:
        if value not in words:
            listed = f"{', '.join(words[:-1])}, or {words[-1]}" if words[1:] else words[0]
            raise ApiError(f"Invalid {path}: must be one of {listed}", param=path)
        return str(value)

    return read


def _list(item: Check) -> Check:
    def read(value: Any, path: str) -> list[Any]:
        if not isinstance(value, dict) or not all(key.isdigit() for key in value):
            raise ApiError(f"Invalid array: {path}", param=path)
        ordered = sorted(value, key=int)
        return [item(value[key], join(path, key)) for key in ordered]

    return read


def _mapping(item: Check) -> Check:
    def read(value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ApiError(f"Invalid object: {path}", param=path)
        if path.endswith(("metadata", "metadata]")):
            return _metadata(value, path)
        return {key: item(entry, join(path, key)) for key, entry in value.items()}

    return read


def _metadata(value: dict[str, Any], path: str) -> dict[str, str]:
    """Limits: 50 keys of 40 characters, values of 500. Source: docs.stripe.com/metadata."""
    if len(value) > 50:
        raise ApiError("Metadata can have at most 50 keys.", param=path)
    for key, entry in value.items():
        if not isinstance(entry, str):
            raise ApiError(f"Invalid string: {join(path, key)}", param=join(path, key))
        if len(key) > 40 or len(entry) > 500:
            raise ApiError(
                "Metadata keys have at most 40 characters, values at most 500.",
                param=join(path, key),
            )
    return dict(value)


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise ApiError(f"Invalid string: {path}", param=path)
    if not value:
        raise ApiError(
            f"You passed an empty string for '{path}'. We assume empty values are an attempt to "
            f"unset a parameter; however '{path}' cannot be unset. You should remove '{path}' "
            "from your request or supply a non-empty value.",
            code="parameter_invalid_empty",
            param=path,
        )
    return value


def _integer(value: Any, path: str) -> int:
    if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,15}", value):
        raise ApiError(f"Invalid integer: {value}", code="parameter_invalid_integer", param=path)
    return int(value)


def _boolean(value: Any, path: str) -> bool:
    if value not in ("true", "false"):
        raise ApiError(f"Invalid boolean: {value}", param=path)
    return bool(value == "true")


def _decimal(value: Any, path: str) -> Decimal:
    try:
        number = Decimal(_text(value, path))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ApiError(f"Invalid decimal: {value}", param=path)
    return number


SCALARS: dict[Any, Check] = {
    str: _text,
    int: _integer,
    bool: _boolean,
    float: _decimal,
    Decimal: _decimal,
}
