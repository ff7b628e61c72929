"""Sign-in pages speak the language of the page that one comes from."""

import pytest

pytestmark = pytest.mark.django_db
PATHS = ["login", "signup", "password/reset", "password/reset/done", "confirm-email", "inactive"]


@pytest.mark.parametrize("path", PATHS)
def test_pages_speak_the_language_of_where_one_comes_from(client, path):
    page = client.get(f"/accounts/{path}/", {"next": "/es/account/"})
    text = page.content.decode()
    assert page.status_code == 200
    assert '<html lang="es"' in text
    assert "no-store" in page["Cache-Control"]
    # Without `next` the next page keeps to it.
    assert '<html lang="es"' in client.get(f"/accounts/{path}/").content.decode()


@pytest.mark.parametrize("wanted", ["", "https://evil.example/es/", "/fr/account/", "x" * 5000])
def test_whatever_else_is_asked_for_is_answered_as_ever(client, wanted):
    page = client.get("/accounts/login/", {"next": wanted}, headers={"accept-language": "es"})
    assert page.status_code == 200
    assert '<html lang="es"' in page.content.decode()
    assert "django_language" not in page.cookies
