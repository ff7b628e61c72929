"""Which tests keep together in one worker, in which order, and what is made meanwhile.

Tests that share something made once a module or folder come first and keep together: apart,
each worker would make it. Those on the demonstration come after them, for it takes a minute to
be made, and the rest, of which each stands for itself, fills both workers to the end.
"""

from collections import Counter
from pathlib import Path

import pytest

from tests.plugins import made

ROOT = Path(__file__).resolve().parents[2]
# Groups of tests on a copy of the demonstration.
ON_DEMONSTRATION = ("journeys", "browser")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Have the tables made while the workers start."""
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        made.begin("tables")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Group and sort what several workers share; xdist reads the marks in one of these hooks."""
    worker = getattr(config, "workerinput", None)
    if worker is None:
        return
    for item in items:
        if not _group(item) and (shared := _shared(item)):
            item.add_marker(pytest.mark.xdist_group(str(shared.relative_to(ROOT))))
    sizes = Counter(map(_group, items))
    items.sort(key=lambda item: _place(_group(item), sizes))
    if worker["workerid"] == "gw0" and not sizes.keys().isdisjoint(ON_DEMONSTRATION):
        made.begin("demonstration")


def _place(group: str, sizes: Counter[str]) -> tuple[int, int]:
    if group in ON_DEMONSTRATION:
        return 1, ON_DEMONSTRATION.index(group)
    # Large ones first: at the end one worker would be left alone with its group.
    return (0, -sizes[group]) if group else (2, 0)


def _group(item: pytest.Item) -> str:
    mark = item.get_closest_marker("xdist_group")
    return str(mark.args[0]) if mark else ""


def _shared(item: pytest.Item) -> Path | None:
    """Return the module or folder that `item` shares something with, if any."""
    known = getattr(item, "_fixtureinfo", None)
    scopes = {found[-1].scope for found in known.name2fixturedefs.values()} if known else set()
    if "package" in scopes:
        return item.path.parent
    return item.path if "module" in scopes else None
