from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from awareness.models import Helpline, Page
from awareness.seed import load
from tests.factories.awareness import (
    HelplineFactory,
    PageFactory,
    SectionFactory,
    StatisticFactory,
)
from tests.factories.marketplace import on_shelf
from weintl.organisation.models import Organisation

pytestmark = pytest.mark.django_db
PAST = datetime(2026, 1, 1, tzinfo=UTC)
READERS = ["", "understand/", "our-work/", "about/", "facts/", "help/", "safety/", "privacy/",
           "terms/", "returns/", "accessibility/"]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Load the seed once for all tests here; each test's own changes are undone in between."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(now=PAST)
        yield
        transaction.set_rollback(True)


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_readers_get_each_page_without_a_cookie(client):
    for address in (f"/{language}/{path}" for language in ("en", "es") for path in READERS):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert not answer.cookies, address
        assert "Cookie" not in answer.get("Vary", ""), address
        text = answer.content.decode()
        assert f'<html lang="{address[1:3]}"' in text, address
        assert text.count("<h1") == 1, address
        assert "[[" not in text, address
        assert "style=" not in text, address


@pytest.mark.parametrize("path", READERS)
def test_pages_stand_without_any_content(client, path):
    """A new site helps before anybody has written a word."""
    Page.objects.update(parent=None)
    Page.objects.all().delete()
    Helpline.objects.all().delete()
    answer = client.get(f"/en/{path}")
    assert answer.status_code == (200 if path in {"", "facts/", "help/", "safety/"} else 404)


def test_reading_pages_may_be_cached_and_help_may_not(client):
    for path in ("", "understand/", "facts/"):
        assert "public" in client.get(f"/en/{path}")["Cache-Control"]
    for path in ("help/", "safety/"):
        assert client.get(f"/en/{path}")["Cache-Control"] == "no-store"


def test_the_slugs_are_translated(client):
    assert client.get("/en/understand/modern-slavery-today/").status_code == 200
    answer = client.get("/es/understand/esclavitud-moderna-hoy/")
    assert "La esclavitud moderna hoy" in answer.content.decode()
    assert client.get("/es/understand/modern-slavery-today/").status_code == 404


def test_each_page_links_to_itself_in_the_other_language(client):
    text = client.get("/en/understand/follow-the-money/").content.decode()
    assert "/es/understand/el-rastro-del-dinero/" in text


def test_an_untranslated_page_is_shown_in_english_and_says_so(client):
    page = PageFactory(path_en="understand/new/", path_es=None, title_es=None, lede_es=None)
    SectionFactory(page=page, body_es=None)
    text = client.get("/es/understand/new/").content.decode()
    assert '<article class="wrap story sec" lang="en">' in text
    assert client.get("/en/understand/new/").status_code == 200


def test_a_draft_and_a_page_of_tomorrow_are_not_found(client):
    PageFactory(path_en="understand/draft/", published_at=None)
    PageFactory(path_en="understand/later/", published_at=timezone.now() + timedelta(days=1))
    assert client.get("/en/understand/draft/").status_code == 404
    assert client.get("/en/understand/later/").status_code == 404


def test_the_figure_of_a_page_has_source_year_and_date_of_check(client):
    text = client.get("/en/understand/modern-slavery-today/").content.decode()
    for word in ("49.6", "Global Estimates of Modern Slavery", "2021", "Nov. 24, 2026",
                 "27 million people around the world", "Kevin Bales"):  # fmt: skip
        assert word in text


def test_home_shows_the_lead_figure_and_the_four_pillars(client):
    text = client.get("/en/").content.decode()
    assert "49.6" in text
    for pillar in ("Awareness", "Prevention", "Rescue", "Aftercare"):
        assert f"<h3>{pillar}</h3>" in text


def test_home_shows_pieces_and_where_a_price_goes_in_at_most_six_queries(client):
    organisation = Organisation.current()
    organisation.save()
    for _ in range(5):
        on_shelf(consigned=1, price_amount=6800)
    assert queries(client, "/en/") <= 6
    text = client.get("/en/").content.decode()
    assert "Where $68.00 goes" in text
    assert 'class="cloth"' in text
    assert text.count('class="good"') == 4


def test_every_page_takes_at_most_five_queries(client):
    for page in Page.objects.exclude(key="home"):
        for language in ("en", "es"):
            with override(language):
                address = page.get_absolute_url()
            assert queries(client, address) <= 5, address


def test_queries_do_not_grow_with_rows(client):
    page = PageFactory(path_en="understand/a/")
    SectionFactory(page=page, body_en=f"<p>[[stat:{StatisticFactory(sourced=True).key}]]</p>")
    HelplineFactory()
    addresses = ["/en/understand/a/", "/en/facts/", "/en/help/"]
    few = [queries(client, address) for address in addresses]
    for _ in range(6):
        key = StatisticFactory(sourced=True).key
        SectionFactory(page=page, body_en=f"<p>[[stat:{key}]]</p><p>And [[stat:{key}]].</p>")
        HelplineFactory()
        PageFactory()
    assert [queries(client, address) for address in addresses] == few


def test_only_verified_helplines_are_shown(client):
    text = client.get("/en/help/").content.decode()
    for helpline in Helpline.objects.all():
        assert (f"<h4>{helpline.name}</h4>".replace("&", "&amp;") in text) == helpline.is_public


def test_the_emergency_number_stands_before_the_lines(client):
    text = client.get("/en/help/").content.decode()
    assert text.index("In danger now?") < text.index("Helplines by country")
    country = text[text.index('id="gb"') :]
    assert country.index("tel:999") < country.index("tel:08000121700")


def test_numbers_can_be_dialled_and_written_to(client):
    text = client.get("/es/help/").content.decode()
    for link in ("tel:+18883737888", "sms:233733", "tel:900759759"):
        assert f'href="{link}"' in text
    assert "mailto:" not in text


def test_a_line_past_its_review_asks_the_reader_to_check(client):
    HelplineFactory(checked_on=date(2020, 1, 1), review_due=date(2020, 2, 1))
    assert "Check this number" in client.get("/en/help/").content.decode()


def test_a_helpline_that_is_withdrawn_is_gone_at_once(client):
    helpline = HelplineFactory(name="The line")
    assert "The line" in client.get("/en/help/").content.decode()
    Helpline.objects.filter(pk=helpline.pk).update(is_public=False)
    assert "The line" not in client.get("/en/help/").content.decode()


def test_safety_is_not_listed_by_search_engines(client):
    assert '<meta name="robots" content="noindex">' in client.get("/en/safety/").content.decode()


def test_contact_shows_the_address_as_text(client):
    text = client.get("/en/contact/").content.decode()
    assert "@" in text
    assert "mailto:" not in text


def test_pages_are_light(client):
    """HTML of at most 40 kB; the list of all figures and the help page are the largest."""
    for path in ("", "understand/modern-slavery-today/", "help/"):
        size = len(client.get(f"/en/{path}").content)
        assert size <= 40_000, f"{path}: {size}"


def test_a_changed_address_leads_on_for_ever_also_after_a_second_change(client):
    page = PageFactory(path_en="understand/one/", path_es="understand/uno/")
    for path in ("understand/two/", "understand/three/"):
        Page.objects.filter(pk=page.pk).update(path_en=path)
    for old in ("one", "two"):
        answer = client.get(f"/en/understand/{old}/")
        assert (answer.status_code, answer["Location"]) == (301, "/en/understand/three/")
    assert client.get("/es/understand/uno/").status_code == 200
    assert client.get("/es/understand/one/").status_code == 404


def test_an_address_given_to_another_page_is_that_pages(client):
    page = PageFactory(path_en="understand/one/")
    Page.objects.filter(pk=page.pk).update(path_en="understand/two/")
    PageFactory(path_en="understand/one/", title_en="Another")
    assert "Another" in client.get("/en/understand/one/").content.decode()


def test_an_old_address_of_a_page_off_the_site_leads_nowhere(client):
    page = PageFactory(path_en="understand/one/")
    Page.objects.filter(pk=page.pk).update(path_en="understand/two/", state="archived")
    assert client.get("/en/understand/one/").status_code == 404
