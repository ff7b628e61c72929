"""Every link of every seeded page, as readers get it, in both languages."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from urllib.parse import urljoin

import pytest
from django.db import transaction
from django.test import Client
from django.utils.translation import override

from awareness.models import Page
from awareness.seed import load
from partners.models import Programme
from tests.factories.partners import PartnerFactory

pytestmark = pytest.mark.django_db
HREF = re.compile(r'<a\b[^>]*\bhref="([^"]*)"')
ID = re.compile(r'\bid="([^"]+)"')
ELSEWHERE = ("https://", "tel:", "sms:")
# Leads to another site by design.
LEAVES = "/exit/"


@pytest.fixture(scope="module")
def walked(django_db_setup, django_db_blocker) -> Iterator[dict[str, str]]:
    """Return {address: HTML} of all that can be reached from the two opening pages."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(now=datetime(2026, 1, 1, tzinfo=UTC))
        partner = PartnerFactory(name="Loom House", slug="loom-house", country="IN")
        for pillar in ("prevention", "aftercare"):
            Programme.objects.create(
                partner=partner, code=f"loom-{pillar}", name=f"Loom {pillar}", country="IN",
                slug_en=f"loom-{pillar}", slug_es=f"telar-{pillar}", pillar=pillar, summary="Work.",
            )  # fmt: skip
        yield _walk(Client())
        transaction.set_rollback(True)


def _walk(client: Client) -> dict[str, str]:
    pages: dict[str, str] = {}
    waiting = ["/en/", "/es/"]
    while waiting:
        address = waiting.pop()
        if address in pages:
            continue
        # An account's pages lead to the sign-in.
        answer = client.get(address, follow=address.endswith("/account/"))
        assert answer.status_code == 200, address
        is_page = answer["Content-Type"].startswith("text/html")
        pages[address] = answer.content.decode() if is_page else ""
        waiting += {link.partition("#")[0] for link in links(pages[address], at=address)}
    return pages


def links(html: str, *, at: str) -> list[str]:
    """Return the links that stay on this site, as full paths with their anchors."""
    found = (unescape(link) for link in HREF.findall(html))
    inside = (urljoin(at, link) for link in found if not link.startswith(ELSEWHERE))
    return [link for link in inside if link != LEAVES]


def test_every_link_leads_to_a_page_and_every_anchor_exists(walked):
    anchors = {address: set(ID.findall(html)) for address, html in walked.items()}
    for address, html in walked.items():
        for link in links(html, at=address):
            target, _, anchor = link.partition("#")
            assert target in walked, f"{address} links to {link}"
            assert not anchor or anchor in anchors[target], f"{address} links to {link}"


def test_no_anchor_stands_twice_on_a_page(walked):
    for address, html in walked.items():
        found = ID.findall(html)
        assert len(found) == len(set(found)), (address, {i for i in found if found.count(i) > 1})


def test_every_page_can_be_reached_from_the_opening_page(walked):
    for page in Page.objects.all():
        for language in ("en", "es"):
            with override(language):
                assert page.get_absolute_url() in walked, f"{page.key} {language}"


def test_links_stay_in_their_language(walked):
    for address, html in walked.items():
        main = html[html.find("<main") : html.find("</main>")]
        for link in links(main, at=address):
            if link.startswith(("/en/", "/es/")):
                assert link[:4] == address[:4], f"{address} links to {link}"


def test_no_page_writes_a_bare_address_into_a_mail_program(walked):
    assert not [address for address, html in walked.items() if "mailto:" in html]
