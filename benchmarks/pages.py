"""Pages a second, as ratios to an empty view behind the same middleware, in one run.

Each address is asked over loopback in turns, bounded in count and time. Goals:
docs/operations/performance.md.
"""

import http.client
import re
import statistics
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

ROUNDS = 5
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Asked:
    """One address, what is sent there, and the least ratio to the empty view."""

    name: str
    path: str
    goal: float = 0.0
    form: str = ""
    status: int = 200


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
        Asked("add to cart", "/en/cart/add/", 0.06, urlencode({"sku": sku[1]}), 303),
    ]


def _ask(address: str, asked: Asked, *, until: float, tally: Tally) -> None:
    link = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    count = 0
    try:
        while time.monotonic() < until and not tally.fault:
            if asked.form:
                link.request("POST", asked.path, body=asked.form, headers=FORM)
            else:
                link.request("GET", asked.path)
            answer = link.getresponse()
            answer.read()
            if answer.status != asked.status:
                raise RuntimeError(f"{asked.path}: {answer.status}")
            count += 1
    except (OSError, http.client.HTTPException, RuntimeError) as error:
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
    wanted = addresses(address)
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
    print(f"{'page':14}{'× empty':>9}{'goal':>7}{'a second':>10}")
    is_met = True
    for asked in wanted:
        ratio = statistics.median(ratios[asked.name])
        missed = ratio < asked.goal
        is_met = is_met and not missed
        goal = f"{asked.goal:.2f}" if asked.goal else ""
        speed = statistics.median(speeds[asked.name])
        print(f"{asked.name:14}{ratio:9.3f}{goal:>7}{speed:10.0f}{'  MISSED' if missed else ''}")
    return is_met
