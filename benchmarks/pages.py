"""Pages a second, as ratios to an empty view behind the same middleware, in one run.

Serves the site's own data folder (fill it with `make run` first) with one granian worker
and asks each page over loopback, in turns, bounded in count and time. Goals:
docs/operations/performance.md.
"""

import argparse
import http.client
import os
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weintl.settings")

import django

django.setup()

from awareness.models import Page
from marketplace.models import Product
from tests.plugins import processes

HELLO = "/healthz"
ROUNDS = 3


def _ask(port: int, path: str, *, seconds: float, found: list[int]) -> None:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end and count < 20_000:
        link.request("GET", path, headers={"Accept-Encoding": "identity"})
        answer = link.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        count += 1
    found.append(count)


def rate(port: int, path: str, *, seconds: float, clients: int) -> float:
    """Return pages a second of `path`, asked by `clients` threads for `seconds`."""
    found: list[int] = []
    threads = [
        threading.Thread(
            target=_ask, args=(port, path), kwargs={"seconds": seconds, "found": found}
        )
        for _ in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(found) / seconds


def paths() -> dict[str, str]:
    """Return the pages to measure: name -> address."""
    product = Product.objects.public().first()
    page = Page.objects.exclude(path="").order_by("pk").first()
    found = {"hello": HELLO, "home": "/en/", "shop": "/en/shop/", "facts": "/en/facts/"}
    if product:
        found["product"] = product.get_absolute_url()
    if page:
        found["article"] = page.get_absolute_url()
    return found


def main() -> None:
    """Measure in turns and print the median ratio to hello."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--clients", type=int, default=4)
    options = parser.parse_args()
    port = processes.free_port()
    log = Path(os.environ.get("TMPDIR", "/tmp")) / f"weintl-bench-{port}.log"
    with processes.web_server(log, port=port):
        rates: dict[str, list[float]] = {name: [] for name in paths()}
        for _ in range(ROUNDS):
            for name, path in paths().items():
                rates[name].append(
                    rate(port, path, seconds=options.seconds, clients=options.clients)
                )
    log.unlink(missing_ok=True)
    hello = statistics.median(rates["hello"])
    print(f"{'page':10}{'ratio':>8}{'pages/s':>10}")
    for name, values in rates.items():
        middle = statistics.median(values)
        print(f"{name:10}{middle / hello:8.3f}{middle:10.0f}")


if __name__ == "__main__":
    try:
        main()
    except (RuntimeError, subprocess.SubprocessError) as error:
        sys.exit(str(error))
