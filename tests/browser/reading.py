"""Every page that a reader can reach by links, found by following them."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit
from urllib.request import urlopen

from django.urls import Resolver404, resolve
from django.utils.translation import override

from tests.plugins.processes import PATIENCE

LINK = re.compile(r'<a\b[^>]*?\shref="([^"]+)"')
# These keep something for the visitor, so they may set a cookie.
PERSONAL = {
    "cart",
    "cart_add",
    "cart_update",
    "checkout",
    "review",
    "give",
    "order",
    "thanks",
    "gift",
}
PERSONAL |= {"contact", "contact_sent", "alert", "account", "way_in", "campaign"}


@dataclass(frozen=True, kw_only=True)
class Address:
    """One page: its path, the view that answers it, its HTML and the cookies that it set."""

    path: str
    view: str
    html: str
    cookies: str

    @property
    def language(self) -> str:
        """Return the language that the address names."""
        return self.path.split("/")[1]

    @property
    def is_for_readers(self) -> bool:
        """Say whether the page may set no cookie."""
        return self.view.rsplit(":", 1)[-1] not in PERSONAL


def everything(base: str) -> list[Address]:
    """Follow the links from both first pages; each page once, queries left out."""
    found: dict[str, Address] = {}
    waiting = ["/en/", "/es/"]
    for path in waiting:
        with urlopen(base + path, timeout=PATIENCE) as answer:
            if answer.headers.get_content_type() != "text/html":
                continue
            html = answer.read().decode()
            cookies = answer.headers.get("Set-Cookie", "")
        found[path] = Address(path=path, view=_view(path), html=html, cookies=cookies)
        for link in LINK.findall(html):
            target = urlsplit(urljoin(base + path, link))
            there = target.path
            is_page = there.startswith(("/en/", "/es/")) and target.netloc == urlsplit(base).netloc
            if is_page and there not in waiting:
                waiting.append(there)
    return list(found.values())


def _view(path: str) -> str:
    with override(path.split("/")[1]):
        try:
            return resolve(path).view_name
        except Resolver404:
            return "?"


def some_of_each(pages: list[Address], *, each: int, all_of: Collection[str] = ()) -> list[Address]:
    """Return at most `each` pages of a view and language; of the views in `all_of`, all."""
    kept: dict[tuple[str, str], list[Address]] = {}
    for page in pages:
        group = kept.setdefault((page.view, page.language), [])
        if len(group) < each or page.view in all_of:
            group.append(page)
    return [page for group in kept.values() for page in group]
