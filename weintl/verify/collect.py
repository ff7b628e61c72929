"""Run every app's invariants. Each app states its own in `invariants.py`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

from django.apps import apps
from django.db import connection, transaction
from django.utils.module_loading import module_has_submodule

Check = Callable[[], Iterator[str]]


@dataclass(frozen=True)
class Breach:
    """One sentence about one thing that does not hold."""

    check: str
    sentence: str


def checks() -> list[Check]:
    """Return the checks of all installed apps, in the order of the apps."""
    found: list[Check] = []
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "invariants"):
            found += import_module(f"{config.name}.invariants").CHECKS
    return found


def title(check: Check) -> str:
    """Return what a check claims: the first line of its docstring."""
    return (check.__doc__ or check.__name__).strip().splitlines()[0]


def breaches(check: Check) -> list[Breach]:
    """Run one check and return what it found, in its words."""
    return [Breach(title(check), sentence) for sentence in check()]


def all_breaches(checks: list[Check]) -> list[Breach]:
    """Run all checks on one snapshot of the database. Not inside a transaction."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return [breach for check in checks for breach in breaches(check)]
