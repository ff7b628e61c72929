"""Files of things are kept by caches for ever, files of people by none."""

import pytest

from tests.factories.media import ConsentFactory, PictureFactory
from weintl.accounts.models import User
from weintl.media import storing

pytestmark = pytest.mark.django_db


def address(picture) -> str:
    storing.write(f"{picture.folder}/400.webp", b"pixels")
    return f"/media/{picture.folder}/400.webp"


def test_a_thing_is_served_for_ever(client, storage):
    answer = client.get(address(PictureFactory()))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert "immutable" in answer["Cache-Control"]
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    ["pictures/none.webp", "pictures/..", "pictures/../environment", "people/x/a.webp", "pictures"],
)
def test_what_is_not_there_is_not_found(client, storage, path):
    assert client.get(f"/media/{path}").status_code == 404


@pytest.mark.parametrize("scope", ["web", "shop"])
def test_a_person_is_served_while_the_consent_is_valid_and_never_stored(client, storage, scope):
    consent = ConsentFactory(scopes=[scope], is_from_programme=False, left_programme_on=None)
    path = address(PictureFactory(people="seen", consent=consent))
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    consent.scopes = ["press"]
    consent.save()
    assert client.get(path).status_code == 404


def test_staff_see_a_person_before_it_is_public(client, storage):
    consent = ConsentFactory(scopes=["press"])
    path = address(PictureFactory(people="seen", consent=consent))
    client.force_login(User.objects.create_superuser("staff@example.org", "correct-horse-batt"))
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("name", ["..", ".", "a1", "b2.webp", "../secret.txt", "..%2fsecret.txt"])
def test_nothing_else_of_the_folder_is_sent(client, storage, name):
    (storage / "secret.txt").write_text("x")
    assert client.get(f"/media/pictures/{name}").status_code == 404
