"""Each page knows itself in the other language."""

import re

import pytest
from django.conf import settings
from django.template import Context
from django.templatetags.static import static
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils.translation import get_language, override
from PIL import Image

from tests.factories.awareness import PageFactory, StatisticFactory
from tests.factories.media import ConsentFactory, PictureFactory
from weintl.organisation.templatetags.site import alternates


class Scarf:
    """A thing whose address differs by language."""

    is_translated = True

    def get_absolute_url(self) -> str:
        """Return the address in the active language."""
        return {"en": "/en/shop/p/scarf/", "es": "/es/shop/p/bufanda/"}[get_language()]


class Untranslated(Scarf):
    """A thing that exists in English only."""

    @property
    def is_translated(self) -> bool:
        """Say so by the active language."""
        return get_language() == "en"


def _alternates(rf: RequestFactory, path: str, language: str, page_object: object = None):
    request = rf.get(path)
    with override(language):
        request.resolver_match = resolve(request.path) if page_object is None else object()
        return {
            found.code: found
            for found in alternates(Context({"request": request, "page_object": page_object}))
        }


def test_an_object_answers_for_its_own_addresses(rf):
    found = _alternates(rf, "/en/shop/p/scarf/", "en", Scarf())
    assert found["es"].path == "/es/shop/p/bufanda/"
    assert found["en"].is_current
    assert found["es"].name == "Español"


def test_a_list_keeps_its_filters(rf):
    found = _alternates(rf, "/en/shop/?page=2", "en")
    assert found["es"].path == "/es/shop/?page=2"
    assert found["en"].path == "/en/shop/?page=2"


def test_an_address_without_a_language_has_no_other(rf):
    found = _alternates(rf, "/accounts/login/", "en")
    assert list(found) == ["en"]


def test_what_is_not_translated_is_not_offered_to_search_engines(rf):
    found = _alternates(rf, "/en/shop/p/scarf/", "en", Untranslated())
    assert found["en"].is_indexed
    assert not found["es"].is_indexed
    assert found["es"].path


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_for_readers_set_no_cookie_and_vary_by_none(client: Client, language):
    answer = client.get(f"/{language}/facts/")
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


@pytest.mark.django_db
def test_staff_choose_a_language_by_a_form_not_by_a_link(client: Client):
    page = client.get("/accounts/login/").content.decode()
    assert 'action="/language/setlang/"' in page
    client.post("/language/setlang/", {"language": "es", "next": "/accounts/login/"})
    assert '<html lang="es"' in client.get("/accounts/login/").content.decode()
    assert '<html lang="en"' in client.get("/en/facts/").content.decode()


@pytest.fixture
def address(settings):
    settings.SITE_URL = "https://we.example"


def cards(client: Client, path: str) -> dict[str, str]:
    text = client.get(path).content.decode()
    found = re.findall(
        r'<meta (?:property|name)="((?:og|twitter):[a-z:]+)" content="([^"]*)">', text
    )
    assert len(found) == len(dict(found))
    return dict(found)


@pytest.mark.django_db
def test_a_page_is_described_to_networks_with_its_own_picture_or_ours(client, address):
    page = PageFactory(title_en='A "page"', path_en="understand/a/", description_en="Short.")
    plain = cards(client, "/en/understand/a/")
    assert plain["og:title"] == "A &quot;page&quot;"
    assert plain["og:description"] == "Short."
    assert plain["og:image"] == f"https://we.example{static('img/share.png')}"
    assert plain["twitter:card"] == "summary_large_image"
    page.picture = PictureFactory()
    page.save()
    own = cards(client, "/en/understand/a/")["og:image"]
    assert own == f"https://we.example{page.picture.files('webp')[-1].url}"
    page.share_picture = PictureFactory()
    page.save()
    shared = cards(client, "/en/understand/a/")["og:image"]
    assert shared == f"https://we.example{page.share_picture.files('webp')[-1].url}"


@pytest.mark.django_db
def test_nobody_is_shown_to_networks_without_a_consent_for_them(client, address):
    consent = ConsentFactory(scopes=["web"])
    page = PageFactory(
        path_en="understand/a/", picture=PictureFactory(people="seen", consent=consent)
    )
    ours = f"https://we.example{static('img/share.png')}"
    assert cards(client, "/en/understand/a/")["og:image"] == ours
    consent.scopes = ["web", "social"]
    consent.save()
    own = f"https://we.example{page.picture.files('webp')[-1].url}"
    assert cards(client, "/en/understand/a/")["og:image"] == own


@pytest.mark.django_db
def test_home_and_lists_and_figures_have_cards(client, address):
    figure = StatisticFactory(sourced=True)
    for path in ("/en/", "/es/facts/", f"/en/facts/{figure.key}/", "/en/shop/", "/es/partners/"):
        assert cards(client, path)["og:title"], path


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/en/help/", "/en/safety/", "/en/search/", "/en/cart/", "/en/contact/"]
)
def test_discreet_and_personal_pages_have_no_card(client, path):
    assert cards(client, path) == {}


def test_our_picture_has_the_size_that_networks_ask_for():
    with Image.open(settings.BASE_DIR / "static/img/share.png") as picture:
        assert picture.size == (1200, 630)
