"""The shop with few and with very many pieces and orders, and what its pages take.

Pages are asked in this process, behind the same middleware as in a browser's request, in turns
with the empty view. Goals: docs/operations/performance.md.
"""

import time
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from .ledger import scratch

PIECES, ORDERS = 100_000, 200_000
FEW = 1_000
ROUNDS = 7
# Of a page with many pieces against one with few, and of any statement, in milliseconds.
GROWTH, STATEMENT = 1.5, 50.0


@dataclass(frozen=True)
class Page:
    """What is asked: `goal` is the most that its slowest statement may take, in milliseconds."""

    name: str
    path: str
    goal: float = STATEMENT
    grows: bool = True
    form: tuple[tuple[str, str], ...] = ()


@dataclass
class Took:
    """The best of several rounds, in milliseconds."""

    page: float
    empty: float
    slowest: float
    statements: int


def _once(client: Any, page: Page) -> tuple[float, list[float]]:
    """Ask once; return what it took and what each statement did, in milliseconds."""
    connection = import_module("django.db").connection
    spent: list[float] = []

    def clocked(execute: Any, *rest: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*rest)
        finally:
            spent.append(1000 * (time.perf_counter() - began))

    began = time.perf_counter()
    with connection.execute_wrapper(clocked):
        if page.form:
            answer = client.post(
                page.path, dict(page.form), headers={"sec-fetch-site": "same-origin"}
            )
        else:
            answer = client.get(page.path)
        # What is streamed is read to its end.
        answer.getvalue()
    took = 1000 * (time.perf_counter() - began)
    if answer.status_code not in (200, 302, 303):
        raise RuntimeError(f"{page.path}: {answer.status_code}")
    return took, spent


def read(client: Any, pages: list[Page]) -> dict[str, Took]:
    """Return what each page takes, made anew: nothing is answered from memory."""
    keeping = import_module("weintl.kept.keeping")
    found: dict[str, Took] = {}
    empty = Page("empty view", "/healthz")
    for page in pages:
        best = Took(1e9, 1e9, 1e9, 0)
        for _round in range(ROUNDS + 1):
            keeping.shelf = keeping.asked_shelf = keeping.Shelf()
            best.empty = min(best.empty, _once(client, empty)[0])
            took, spent = _once(client, page)
            best.page = min(best.page, took)
            best.slowest = min(best.slowest, max(spent, default=0.0))
            best.statements = len(spent)
        found[page.name] = best
    return found


def _pages(order: Any) -> list[Page]:
    place = "/en/shop/"
    return [
        Page("product", f"{place}p/piece-500/"),
        Page("list, first page", place),
        Page("list, filtered", f"{place}?material=cotton&stock=1&price=25-50", grows=False),
        Page("list, by price", f"{place}?sort=price&colour=blue", grows=False),
        Page("search, a word in one of 400 names", f"{place}?q={order.word}", 5, grows=False),
        Page("search, a word of a fifth", f"{place}?q=scarf", grows=False),
        Page("search, a word of all", f"{place}?q=river", grows=False),
        Page("search, misspelt", f"{place}?q={order.slip}", 20, grows=False),
        Page("search of the site", f"/en/search/?q={order.word}", 20, grows=False),
        Page("an order's page", f"/en/orders/{order.token}/"),
        Page("admin, orders", "/admin/marketplace/order/"),
        Page("admin, products", "/admin/marketplace/product/"),
        Page("add to cart", "/en/cart/add/", form=(("sku", "B-bench-500"),)),
    ]


def measure(*, pieces: int = PIECES, orders: int = ORDERS) -> bool:
    """Load, read, load more, read again, print both; return whether all goals are met."""
    with scratch():
        # Needs models, which need settings, which name the database that runs only now.
        large = import_module("benchmarks.large_shop")
        began = time.monotonic()
        shop = large.Shop()
        shop.grow(FEW)
        known = shop.example()
        shop.order(FEW, like=known.order)
        pages = _pages(known)
        client = large.staff_client()
        few = read(client, pages)
        shop.grow(pieces)
        shop.order(orders, like=known.order)
        print(f"{pieces:,} pieces, {shop.looks():,} looks, {orders:,} orders "
              f"in {time.monotonic() - began:.0f} s")  # fmt: skip
        return judge(pages, few, read(client, pages))


def judge(pages: list[Page], few: dict[str, Took], many: dict[str, Took]) -> bool:
    is_met = True
    print(f"{'page':36}{'× empty':>9}{'growth':>8}{'slowest ms':>12}{'goal':>6}{'SQL':>5}")
    for page in pages:
        small, large = few[page.name], many[page.name]
        growth = (large.page / large.empty) / (small.page / small.empty)
        missed = large.slowest > page.goal or (page.grows and growth > GROWTH)
        is_met = is_met and not missed
        print(
            f"{page.name:36}{large.empty / large.page:9.3f}{growth:8.2f}{large.slowest:12.1f}"
            f"{page.goal:6.0f}{large.statements:5}{'  MISSED' if missed else ''}"
        )
    return is_met
