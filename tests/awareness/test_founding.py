import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.test import Client

from awareness import founding
from awareness.models import Page, SeedClaim
from awareness.seed import load
from tests.factories.awareness import SectionFactory, SeedClaimFactory, StatisticFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_words_are_the_stored_file():
    lines = [line.strip() for line in founding.TEXT.read_text(encoding="utf-8").splitlines()]
    kept = [line for line in lines if line]
    assert [text for _, text in founding.words()] == kept[1:-1]
    assert (kept[0], kept[-1]) == founding.FRAME
    assert [key for key, _ in founding.words()] == [f"P{n}" for n in range(1, 20)]


def test_a_paragraph_names_the_public_sections_that_take_it_up():
    section = SectionFactory(seed_refs=["P2"])
    SectionFactory(seed_refs=["P2"], page__published_at=None)
    found = {paragraph.key: paragraph.homes for paragraph in founding.paragraphs(now=NOW)}
    assert found["P2"] == [section]
    assert found["P3"] == []


@pytest.mark.parametrize("address", ["en/about/original-text/", "es/about/texto-original/"])
def test_the_archive_shows_the_text_word_for_word(client, address):
    load(now=NOW)
    answer = client.get(f"/{address}")
    html = answer.content.decode()
    shown = re.findall(r'<p lang="en" class="verbatim">(.*?)</p>', html, re.DOTALL)
    assert [unescape(text) for text in shown] == [text for _, text in founding.words()]
    assert answer["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in html
    assert ("Before you read" in html) or ("Antes de leer" in html)
    assert address not in client.get("/sitemap.xml").content.decode()


def test_the_archive_alone_names_the_organisation_and_says_how_it_stands(client):
    load(now=NOW)
    addresses = [
        f"/{language}/{getattr(page, f'path_{language}')}"
        for page in Page.objects.all()
        for language in ("en", "es")
    ]
    for address in addresses:
        html = client.get(address).content.decode()
        is_archive = "texto-original" in address or "original-text" in address
        assert (founding.LEFT_OUT[0] in html) == is_archive, address
    html = client.get("/en/about/original-text/").content.decode()
    after = html[html.index(founding.LEFT_OUT[0]) :]
    assert after.index("not a partner of ours") < after.index('id="P18"')


@pytest.mark.parametrize("address", ["/en/about/what-we-changed/", "/es/about/que-cambiamos/"])
def test_the_page_of_changes_shows_each_claim_with_verdict_reason_and_figure(address):
    load(now=NOW)
    html = unescape(Client().get(address).content.decode())
    language = address[1:3]
    for claim in SeedClaim.objects.prefetch_related("replaced_by"):
        part = html[html.index(f'id="{claim.key}"') :].split('class="claim"')[1]
        assert founding.without_names(claim.seed_wording).split("[")[0] in part
        assert getattr(claim, f"why_{language}") in part
        for statistic in claim.replaced_by.all():
            assert (f'facts/#{statistic.key}"' in part) == statistic.is_public
        if language == "es":
            assert founding.without_names(claim.wording_in_spanish).split("[")[0] in part


def test_a_claim_links_no_figure_that_readers_may_not_see():
    claim = SeedClaimFactory()
    shown, hidden = StatisticFactory(sourced=True), StatisticFactory(sourced=True, is_public=False)
    claim.replaced_by.set([shown, hidden])
    (found,) = founding.corrections()
    assert found.paragraph == "P2"
    assert [row["key"] for row in found.claims[0].replacements] == [shown.key]


def test_names_that_stand_in_the_archive_only_are_left_out():
    assert founding.without_names("in Cambodia, AFESIP found") == (
        "in Cambodia, [name left out] found"
    )
