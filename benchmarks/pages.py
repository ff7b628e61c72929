"""Pages a second, as ratios to an empty view behind the same middleware, in one run.

Each address is asked over loopback in turns, bounded in count and time. Goals:
docs/operations/performance.md.
"""

import http.client
import itertools
import re
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from . import events

ROUNDS = 5
NUMBERS = itertools.count()
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Asked:
    """One address, what is sent there, and the least ratio to the empty view."""

    name: str
    path: str
    goal: float = 0.0
    form: str = ""
    status: int = 200
    # Another address each time, so that no kept page answers.
    is_new: bool = False
    # Headers and body of each asking, where they are not those of `form`.
    sent: Callable[[], Iterator[tuple[dict[str, str], str]]] | None = None

    def requests(self, host: str) -> Iterator[bytes]:
        """Yield what one caller writes, again and again."""
        headers = FORM if self.form else {}
        if self.sent is not None:
            for headers, body in self.sent():
                yield self._request(host, self.path, headers, body)
        elif self.is_new:
            for number in NUMBERS:
                path = f"{self.path}{'&' if '?' in self.path else '?'}n={number}"
                yield self._request(host, path, headers, self.form)
        else:
            yield from itertools.repeat(self._request(host, self.path, headers, self.form))

    def _request(self, host: str, path: str, headers: dict[str, str], body: str) -> bytes:
        lines = [
            f"{'POST' if body else 'GET'} {path} HTTP/1.1",
            f"Host: {host}",
            *(f"{name}: {value}" for name, value in headers.items()),
            f"Content-Length: {len(body.encode())}",
        ]
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


@dataclass
class Tally:
    """What the clients of one round counted."""

    answers: int = 0
    fault: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)


def fetch(address: str, path: str) -> str:
    """Return the text of one page. Raises RuntimeError unless it is 200."""
    link = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    link.request("GET", path)
    answer = link.getresponse()
    text = answer.read().decode()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return text


def addresses(address: str) -> list[Asked]:
    """Return what is measured; the first is the empty view."""
    found = re.search(r'href="(/en/shop/p/[^"]+)"', fetch(address, "/en/shop/"))
    if not found:
        raise RuntimeError("The shop shows no piece.")
    product = found[1]
    sku = re.search(r'name="sku" value="([^"]+)"', fetch(address, product))
    if not sku:
        raise RuntimeError(f"{product} cannot be bought.")
    return [
        Asked("empty view", "/healthz"),
        Asked("home", "/en/", 0.06),
        Asked("page of text", "/en/understand/modern-slavery-today/", 0.10),
        Asked("list", "/en/shop/", 0.06),
        Asked("product", product, 0.12),
        Asked("list, anew", "/en/shop/", is_new=True),
        Asked("product, anew", product, is_new=True),
        Asked("search", "/en/shop/?q=scarf", 0.03),
        Asked("search, anew", "/en/shop/?q=scarf", 0.03, is_new=True),
        Asked("add to cart", "/en/cart/add/", 0.06, urlencode({"sku": sku[1]}), 303),
    ]


class Caller:
    """One kept connection. Plain sockets: what asks must cost less than what answers."""

    LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)

    def __init__(self, address: str, asked: Asked) -> None:
        host = urlsplit(address)
        self.requests = asked.requests(host.netloc)
        self.asked = asked
        self.link = socket.create_connection((host.hostname, host.port), timeout=20)
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _read(self) -> bytes:
        got = self.link.recv(65536)
        if not got:
            raise RuntimeError(f"{self.asked.path}: the connection was closed")
        return got

    def ask(self) -> None:
        """Ask once and read all of the answer. Raises RuntimeError for another status."""
        self.link.sendall(next(self.requests))
        answer = self._read()
        while b"\r\n\r\n" not in answer:
            answer += self._read()
        head, _mark, body = answer.partition(b"\r\n\r\n")
        length = self.LENGTH.search(head)
        if int(head[9:12]) != self.asked.status or length is None:
            raise RuntimeError(f"{self.asked.path}: {head[:200]!r}")
        missing = int(length[1]) - len(body)
        while missing > 0:
            missing -= len(self._read())


def _ask(address: str, asked: Asked, *, until: float, tally: Tally) -> None:
    count = 0
    try:
        caller = Caller(address, asked)
        while time.monotonic() < until and not tally.fault:
            caller.ask()
            count += 1
        caller.link.close()
    except (OSError, RuntimeError) as error:
        tally.fault = str(error)
    with tally.lock:
        tally.answers += count


def rate(address: str, asked: Asked, *, seconds: float, clients: int) -> float:
    """Return answers a second, asked by `clients` threads. Raises RuntimeError for a fault."""
    tally, began = Tally(), time.monotonic()
    threads = [
        threading.Thread(
            target=_ask,
            args=(address, asked),
            kwargs={"until": began + seconds, "tally": tally},
        )
        for _ in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if tally.fault:
        raise RuntimeError(tally.fault)
    return tally.answers / (time.monotonic() - began)


def measure(address: str, *, seconds: float, clients: int) -> bool:
    """Print the median of each ratio, side by side; return whether all goals are met."""
    print(f"{'page':14}{'× empty':>9}{'goal':>7}{'a second':>10}")
    is_met = _compare(address, addresses(address), seconds=seconds, clients=clients)
    # Last, for the worker still has them to do afterwards.
    return _compare(address, doors(), seconds=seconds, clients=clients) and is_met


def doors() -> list[Asked]:
    """Return how the provider's events are taken in, the empty view first."""
    return [
        Asked("empty view", "/healthz"),
        Asked("event, fresh", events.PATH, 0.20, sent=events.fresh),
        Asked("event, again", events.PATH, 0.20, sent=events.repeated),
    ]


def _compare(address: str, wanted: list[Asked], *, seconds: float, clients: int) -> bool:
    for asked in wanted:
        rate(address, asked, seconds=min(0.5, seconds), clients=clients)
    ratios: dict[str, list[float]] = {asked.name: [] for asked in wanted}
    speeds: dict[str, list[float]] = {asked.name: [] for asked in wanted}
    for _ in range(ROUNDS):
        unit = rate(address, wanted[0], seconds=seconds, clients=clients)
        for asked in wanted:
            speed = unit
            if asked is not wanted[0]:
                speed = rate(address, asked, seconds=seconds, clients=clients)
            speeds[asked.name].append(speed)
            # Against the same round's unit: the machine may be busy at one time, not at another.
            ratios[asked.name].append(speed / unit)
    is_met = True
    for asked in wanted:
        ratio = statistics.median(ratios[asked.name])
        missed = ratio < asked.goal
        is_met = is_met and not missed
        goal = f"{asked.goal:.2f}" if asked.goal else ""
        speed = statistics.median(speeds[asked.name])
        print(f"{asked.name:14}{ratio:9.3f}{goal:>7}{speed:10.0f}{'  MISSED' if missed else ''}")
    return is_met
