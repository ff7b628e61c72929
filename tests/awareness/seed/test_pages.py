import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import transaction
from django.utils.translation import override

from awareness import figures
from awareness.founding import PARAGRAPHS
from awareness.invariants import CHECKS
from awareness.models import Helpline, Page, Section, Statistic
from awareness.models.facts import Verdict
from awareness.richtext import plain
from awareness.seed import load
from awareness.seed.manuscript import read_all
from partners.models import Pillar, Use

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 1, tzinfo=UTC)
# Pages that are mostly not their own text: the opening page, lists and the archive.
MOSTLY_RECORDS = {"home", "countries", "original-text"}
# What may not be said of people, and figures that nobody can trace.
UNSAID = {
    "en": (
        "afesip", "sex slave", "voiceless", "prostitut", "used up", "unpure", "impure",
        "broken girl", "fallen women", "illegal immigrant", "saved from", "rescued from",
        "fastest-growing", "fastest growing", "third largest crime", "million slaves",
        "bred for", "virgin", "orphans",
    ),
    "es": (
        "afesip", "esclavas sexuales", "esclava sexual", "sin voz", "prostitu", "trata de blancas",
        "impuras", "de mayor crecimiento", "tercer mayor delito", "millones de esclavos",
        "inmigrantes ilegales", "rescatad", "salvad", "virgen", "huérfan", "inocentes",
    ),
}  # fmt: skip
# Words of one side of the ocean only, and the familiar form of address.
NOT_NEUTRAL = re.compile(
    r"\b(?:superviviente\w*|céntimos?|costes?|ordenador\w*|móvil\w*|vosotr\w+|os|"
    r"lengua de signos|entidad(?:es)? socias?|tú|tienes|puedes|quieres|debes|tu|tus|te|contigo)\b",
    re.IGNORECASE,
)
QUOTED = re.compile(r"«[^»]*»")


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Load the seed once for all tests here; each test's own changes are undone in between."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(now=NOW)
        yield
        transaction.set_rollback(True)


def text_of(page: Page, language: str) -> str:
    with override(language):
        parts = [page.title, page.lede, page.description, page.content_note]
        parts += [f"{s.heading}. {plain(s.body)}" for s in page.sections.all()]
    return " ".join(parts)


def body_of(page: Page, language: str) -> str:
    with override(language):
        return figures.TOKEN.sub("", " ".join(plain(s.body) for s in page.sections.all()))


def each_page() -> Iterator[tuple[Page, str]]:
    for page in Page.objects.prefetch_related("sections"):
        for language in ("en", "es"):
            yield page, language


def test_every_paragraph_of_the_founding_text_has_a_home():
    taken = {ref for section in Section.objects.all() for ref in section.seed_refs}
    assert taken == set(json.loads(PARAGRAPHS.read_text(encoding="utf-8")))


def test_all_invariants_hold_after_loading():
    assert [sentence for check in CHECKS for sentence in check()] == []


def test_pages_state_figures_by_public_tokens_only():
    public = set(Statistic.objects.public().values_list("key", flat=True))
    for section in Section.objects.all():
        section.full_clean()
        assert figures.keys(*section.bodies) <= public
        assert figures.keys(section.body_en) == figures.keys(section.body_es)
    for page in Page.objects.all():
        page.full_clean()


def test_loading_twice_adds_nothing_and_keeps_edits():
    page = Page.objects.get(key="money")
    page.title_es = "Otro título"
    page.save()
    section = page.sections.get(anchor="who")
    section.body_en = "<p>Another text.</p>"
    section.save()
    page.sections.filter(anchor="profits").delete()
    counts = Page.objects.count(), Section.objects.count()
    load(now=NOW)
    assert (Page.objects.count(), Section.objects.count()) == counts
    assert Page.objects.get(key="money").title_es == "Otro título"
    assert Section.objects.get(pk=section.pk).body_en == "<p>Another text.</p>"


def test_a_page_taken_off_the_site_stays_off():
    Page.objects.filter(key="risk").update(state="draft", published_at=None)
    load(now=NOW)
    assert Page.objects.get(key="risk").published_at is None


def test_a_page_that_staff_deleted_does_not_come_back():
    Page.objects.get(key="risk").delete()
    Helpline.objects.get(key="gb-unseen").delete()
    load(now=NOW)
    assert not Page.objects.filter(key="risk").exists()
    assert not Helpline.objects.filter(key="gb-unseen").exists()


def test_a_page_that_this_site_has_never_had_is_added_also_without_its_parent():
    children = Page.objects.filter(parent__key="about")
    children.exclude(key="how-we-ask").update(parent=None)
    Page.objects.get(key="how-we-ask").delete()
    Page.objects.get(key="about").delete()
    Page.history.filter(key="how-we-ask").delete()
    load(now=NOW)
    assert not Page.objects.filter(key="about").exists()
    assert Page.objects.get(key="how-we-ask").parent is None


def test_each_page_is_full_and_none_is_padded():
    for page, language in each_page():
        if page.key not in MOSTLY_RECORDS:
            words = len(body_of(page, language).split())
            low = 290 if page.kind in {Page.Kind.LEGAL, Page.Kind.OWN} else 300
            assert low <= words <= 700, f"{page.key} {language}: {words}"


def test_no_page_says_what_may_not_be_said():
    for page, language in each_page():
        text = text_of(page, language).lower()
        for phrase in UNSAID[language]:
            assert phrase not in text, f"{page.key} {language}: {phrase}"


def test_the_spanish_is_neutral_and_polite():
    for page in Page.objects.prefetch_related("sections"):
        text = QUOTED.sub("", text_of(page, "es"))
        assert not NOT_NEUTRAL.findall(text), page.key


def test_both_languages_say_the_same_in_the_same_place():
    for key, both in read_all().items():
        english, spanish = both["en"], both["es"]
        named = ("title", "lede", "description", "note")
        assert [n for n in named if english.head.get(n)] == [
            n for n in named if spanish.head.get(n)
        ], key
        for one, other in zip(english.chapters, spanish.chapters, strict=True):
            for pattern in (r"\]\((\S+?)\)", r"\[\[(.*?)\]\]", r"^(- )", r"^(### )"):
                counts = [
                    sorted(re.findall(pattern, chapter.text, re.MULTILINE))
                    for chapter in (one, other)
                ]
                assert counts[0] == counts[1], f"{key}#{one.anchor}: {pattern}"


def test_pages_name_the_pillars_and_uses_as_gifts_and_books_do():
    for language in ("en", "es"):
        with override(language):
            work = Page.objects.prefetch_related("sections").get(key="our-work")
            headings = {section.anchor: section.heading for section in work.sections.all()}
            uses = plain(
                Section.objects.get(page__key="where-your-purchase-goes", anchor="uses").body
            )
            for pillar in Pillar:
                assert headings[pillar.value] == pillar.label
                assert Page.objects.filter(pillar=pillar, parent=work).count() == 1, pillar
            for use in Use:
                assert f"{use.label}." in uses


def test_the_page_of_changes_explains_each_verdict_in_its_own_words():
    section = Section.objects.get(page__key="what-we-changed", anchor="verdicts")
    for language in ("en", "es"):
        with override(language):
            for verdict in Verdict:
                assert f"<strong>{str(verdict.label).capitalize()}:</strong>" in section.body


def test_the_page_on_what_is_stored_names_every_cookie_and_store():
    scripts = "".join(path.read_text() for path in (settings.BASE_DIR / "static").rglob("*.js"))
    stores = set(re.findall(r"(?:session|local)Storage\.setItem\(\"(\w+)\"", scripts))
    assert not re.search(r"document\.cookie|indexedDB|caches\.|serviceWorker", scripts)
    names = {
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        settings.LANGUAGE_COOKIE_NAME,
        CookieStorage.cookie_name,
        *settings.SCOPED_COOKIES,
    }
    page = Page.objects.prefetch_related("sections").get(key="what-we-store")
    for language in ("en", "es"):
        bold = set()
        with override(language):
            for section in page.sections.all():
                if section.anchor in {"cookies", "exit"}:
                    bold |= set(re.findall(r"<strong>(\w+)</strong>", section.body))
        assert bold == names | stores, language


def test_the_cookies_do_what_the_page_says():
    assert settings.SESSION_COOKIE_AGE == 14 * 24 * 3600
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
    assert settings.LANGUAGE_COOKIE_HTTPONLY
