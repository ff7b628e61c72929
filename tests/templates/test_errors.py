"""Pages for what goes wrong: plain words, both languages, and a 500 that needs nothing."""

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.utils.translation import override
from django.views import defaults


def fail(request: HttpRequest) -> None:
    """Raise, as a broken page does."""
    raise RuntimeError("broken on purpose")


urlpatterns = [path("fail/", fail)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "language"), [("/en/nothing/", "en"), ("/es/nada/", "es"), ("/nothing", "en")]
)
def test_a_missing_page_says_so_in_its_language(client: Client, address, language):
    answer = client.get(address)
    assert answer.status_code == 404
    html = answer.content.decode()
    assert f'<html lang="{language}"' in html
    assert "/exit/" in html
    assert not answer.cookies


@pytest.mark.django_db
def test_a_missing_page_offers_the_other_language_s_first_page(client: Client):
    assert 'href="/es/" lang="es"' in client.get("/en/nothing/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["400", "403", "404", "429", "403_csrf"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_each_error_page_has_one_heading_and_an_exit(rf: RequestFactory, name, language):
    with override(language):
        html = render_to_string(f"{name}.html", request=rf.get("/"))
    assert html.count("<h1>") == 1
    assert html.count('class="exit') == 1
    assert "noindex" in html


def test_a_fault_is_told_without_any_query(rf: RequestFactory):
    # No database mark: pytest-django refuses every query here.
    answer = defaults.server_error(rf.get("/en/"))
    html = answer.content.decode()
    assert answer.status_code == 500
    assert "Something broke on our side" in html
    assert 'lang="es"' in html
    assert 'href="/exit/"' in html


@override_settings(ROOT_URLCONF=__name__)
def test_a_raised_fault_reaches_that_page():
    client = Client(raise_request_exception=False)
    answer = client.get("/fail/")
    assert answer.status_code == 500
    assert "do not pay again" in answer.content.decode()


@pytest.mark.django_db
def test_a_form_from_elsewhere_is_refused_in_plain_words():
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/accounts/login/", {"login": "a@example.org", "password": "x"})
    assert answer.status_code == 403
    assert "Nothing was done" in answer.content.decode()
