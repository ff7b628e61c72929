import json
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils.translation import override

from awareness import figures
from awareness.invariants import CHECKS, PARAGRAPHS
from awareness.models import Page, Section, Statistic
from awareness.richtext import plain
from awareness.seed import load

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 1, tzinfo=UTC)
UNSAID = ("afesip", "sex slave", "voiceless", "child prostitut", "used up", "unpure", "esclavas ")


def test_every_paragraph_of_the_founding_text_has_a_home():
    load(now=NOW)
    taken = {ref for section in Section.objects.all() for ref in section.seed_refs}
    assert taken == set(json.loads(PARAGRAPHS.read_text(encoding="utf-8")))


def test_all_invariants_hold_after_loading():
    load(now=NOW)
    assert [sentence for check in CHECKS for sentence in check()] == []


def test_pages_state_figures_by_public_tokens_only():
    load(now=NOW)
    public = set(Statistic.objects.public().values_list("key", flat=True))
    for section in Section.objects.all():
        section.full_clean()
        assert figures.keys(*section.bodies) <= public
        assert figures.keys(section.body_en) == figures.keys(section.body_es)
    for page in Page.objects.all():
        page.full_clean()


def test_loading_twice_adds_nothing_and_keeps_edits():
    load(now=NOW)
    page = Page.objects.get(key="money")
    page.title_es = "Otro título"
    page.save()
    page.sections.filter(anchor="profits").delete()
    counts = Page.objects.count(), Section.objects.count()
    load(now=NOW)
    assert (Page.objects.count(), Section.objects.count()) == counts
    assert Page.objects.get(key="money").title_es == "Otro título"


def test_pages_are_full_and_name_nobody():
    load(now=NOW)
    for page in Page.objects.prefetch_related("sections").exclude(key="home"):
        for language in ("en", "es"):
            with override(language):
                words = " ".join(plain(section.body) for section in page.sections.all())
            assert len(words.split()) >= 120, f"{page.key} {language}"
            if page.kind in {Page.Kind.UNDERSTAND, Page.Kind.OUR_WORK} and page.parent_id:
                assert 300 <= len(words.split()) <= 700, f"{page.key} {language}"
            for phrase in UNSAID:
                assert phrase not in words.lower(), f"{page.key} {language}: {phrase}"


def test_every_link_in_the_pages_leads_somewhere():
    load(now=NOW)
    client = Client()
    elsewhere = ("/shop/", "/give/", "/partners/")
    links = set()
    for section in Section.objects.all():
        for body in section.bodies:
            links |= {part.split('"')[0] for part in body.split('href="')[1:]}
    assert links
    for link in sorted(links):
        address, _, anchor = link.partition("#")
        if link.startswith("https://") or address.endswith(elsewhere):
            continue
        answer = client.get(address)
        assert answer.status_code == 200, link
        assert not anchor or f'id="{anchor}"' in answer.content.decode(), link
