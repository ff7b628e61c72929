"""Each page knows itself in the other language."""

import pytest
from django.template import Context
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils.translation import get_language, override

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
