"""Donors' pages and the admin's lists with few and with very many gifts.

Goals: docs/operations/performance.md.
"""

import time
from importlib import import_module
from typing import Any

from .ledger import scratch
from .shop import Page, judge, read

GIFTS, FEW = 1_000_000, 1_000


def _pages(giving: Any) -> list[Page]:
    admin = "/admin/donations/"
    return [
        Page("donor's page", "/en/giving/mine/"),
        Page("donor's years", "/en/giving/mine/years/"),
        Page("donor's data", "/en/giving/mine/data/download/"),
        Page("a gift's page", f"/en/giving/{giving.like.token}/"),
        Page("campaign of all gifts", giving.campaign.get_absolute_url()),
        Page("admin, campaigns", f"{admin}campaign/"),
        Page("admin, gifts", f"{admin}gift/"),
        Page("admin, gifts by a word", f"{admin}gift/?q=donor77777", grows=False),
        Page("admin, donors", f"{admin}donor/"),
        Page("admin, donors by a word", f"{admin}donor/?q=donor77777", grows=False),
        Page("admin, a donor", f"{admin}donor/{giving.donor.pk}/change/"),
        Page("admin, receipts", f"{admin}receipt/"),
        Page("admin, look-alikes", f"{admin}donor/duplicates/", 1000, grows=False),
    ]


def measure(*, gifts: int = GIFTS) -> bool:
    """Load, read, load more, read again, print both; return whether all goals are met."""
    with scratch():
        # Needs models, which need settings, which name the database that runs only now.
        large = import_module("benchmarks.large_giving")
        began = time.monotonic()
        giving = large.Giving()
        giving.grow(FEW)
        pages, client = _pages(giving), giving.client()
        few = read(client, pages)
        giving.grow(gifts)
        print(f"{gifts:,} gifts in {time.monotonic() - began:.0f} s")
        return judge(pages, few, read(client, pages))
