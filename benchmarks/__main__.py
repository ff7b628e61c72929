"""Measure a site of its own and hold it against the goals: `make bench`.

Exit 1 where a goal is missed. Everything is asked on 127.0.0.1.
"""

import argparse
import subprocess
import sys

from . import giving, ledger, lighthouse, pages, shop, site


def main() -> int:
    """Measure pages, what a browser makes of them, a large shop, many gifts, a large ledger."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2, help="for each page and round")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--runs", type=int, default=lighthouse.RUNS, help="of Lighthouse a page")
    parser.add_argument("--only", choices=["pages", "lighthouse", "shop", "giving", "ledger"])
    parser.add_argument("--pieces", type=int, default=shop.PIECES, help="in the large shop")
    parser.add_argument("--orders", type=int, default=shop.ORDERS, help="in the large shop")
    parser.add_argument("--transfers", type=int, default=ledger.TRANSFERS, help="in the ledger")
    parser.add_argument("--gifts", type=int, default=giving.GIFTS, help="of many donors")
    options = parser.parse_args()
    is_met = True
    if options.only not in {"shop", "giving", "ledger"}:
        is_met = _measure_site(options)
    if options.only in {None, "shop"}:
        is_met = shop.measure(pieces=options.pieces, orders=options.orders) and is_met
    if options.only in {None, "giving"}:
        is_met = giving.measure(gifts=options.gifts) and is_met
    if options.only in {None, "ledger"}:
        is_met = ledger.measure(transfers=options.transfers) and is_met
    print("All goals are met." if is_met else "A goal is missed.")
    return 0 if is_met else 1


def _measure_site(options: argparse.Namespace) -> bool:
    is_met = True
    with site.running() as address:
        if options.only != "lighthouse":
            is_met = pages.measure(address, seconds=options.seconds, clients=options.clients)
        if options.only != "pages":
            missing = lighthouse.absent()
            if missing:
                print(f"Lighthouse is left out: {missing}.")
            else:
                is_met = lighthouse.measure(address, runs=options.runs) and is_met
    return is_met


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (RuntimeError, subprocess.SubprocessError) as error:
        sys.exit(str(error))
