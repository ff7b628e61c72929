"""Staff upload pictures; what is no picture comes back with the form."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories.media import ConsentFactory, PictureFactory, image_file, telling_jpeg
from weintl.accounts.models import User
from weintl.media import intake, renditions, storing
from weintl.media.models import Picture, Upload

pytestmark = pytest.mark.django_db
ADD = "admin:media_picture_add"


def signed_in(client, *codenames: str):
    user = User.objects.create_user("staff@example.org", "correct-horse-battery", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    return client


@pytest.fixture
def editor(client):
    return signed_in(client, "add_picture", "change_picture", "view_picture", "delete_picture")


@pytest.fixture
def officer(client):
    return signed_in(
        client, "add_picture", "change_picture", "view_picture",
        "view_consentrecord", "change_consentrecord",
    )  # fmt: skip


def sent(client, data: bytes | None = None, *, name="a.jpg", picture=None, **values):
    form = {"key": "bowl", "people": "none", "alt_en": "A bowl", "alt_es": "Un cuenco", **values}
    if data is not None:
        form["upload"] = SimpleUploadedFile(name, data, "image/jpeg")
    url = reverse("admin:media_picture_change", args=[picture.pk]) if picture else reverse(ADD)
    return client.post(url, form)


def test_a_picture_is_taken_in_cleaned_and_waits(editor, storage):
    assert sent(editor, telling_jpeg()).status_code == 302
    picture = Picture.objects.get()
    assert b"secret" not in bytes(Upload.objects.get().data)
    listed = editor.get(reverse("admin:media_picture_changelist")).content.decode()
    assert "is being made" in listed
    renditions.render(picture_id=picture.pk, now=picture.created_at)
    listed = editor.get(reverse("admin:media_picture_changelist")).content.decode()
    assert f"/media/{picture.folder}/400.webp" in listed


@pytest.mark.parametrize(
    ("data", "english", "spanish"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no JPEG, PNG or WebP", "ni WebP"),
        (image_file(kind="GIF"), "no JPEG, PNG or WebP", "ni WebP"),
        (telling_jpeg()[:900], "damaged", "dañado"),
        (bytes(intake.LARGEST_BYTES + 1), "larger than 15 MB", "15 MB"),
    ],
    ids=["svg", "gif", "cut short", "too large"],
)
def test_what_is_refused_comes_back_with_the_form(editor, storage, data, english, spanish):
    page = sent(editor, data, alt_en="What I had written").content.decode()
    assert english in page
    assert "What I had written" in page
    editor.cookies["django_language"] = "es"
    page = sent(editor, data, alt_en="What I had written").content.decode()
    assert spanish in page
    assert not Picture.objects.exists()
    assert not list(storage.rglob("*.*"))


def test_a_new_picture_needs_a_file_and_words(editor, storage):
    page = sent(editor, alt_es="").content.decode()
    assert "Choose a file." in page
    page = sent(editor, image_file(), alt_es="").content.decode()
    assert "Describe the picture in both languages" in page
    assert sent(editor, image_file(), alt_en="", alt_es="", is_decorative="on").status_code == 302


def test_a_figure_in_the_words_is_refused_beside_them(editor, storage):
    page = sent(editor, image_file(), alt_en="27 million people").content.decode()
    assert "“27 million” is a figure without a source" in page
    assert not Picture.objects.exists()


def test_people_need_a_consent_that_an_officer_links(editor, storage):
    page = sent(editor, image_file(), people="seen", consent=ConsentFactory().pk)
    assert "A picture of people needs a consent." in page.content.decode()


def test_an_officer_links_the_consent(officer, storage):
    consent = ConsentFactory()
    assert sent(officer, image_file(), people="seen", consent=consent.pk).status_code == 302
    picture = Picture.objects.get()
    assert picture.consent == consent
    assert picture.folder.startswith("people/")


def test_who_is_seen_changes_with_the_file_only(officer, storage):
    picture = PictureFactory(key="bowl")
    consent = ConsentFactory()
    page = sent(officer, picture=picture, people="seen", consent=consent.pk).content.decode()
    assert "Choose the file again" in page
    answer = sent(officer, image_file(), picture=picture, people="seen", consent=consent.pk)
    assert answer.status_code == 302
    picture.refresh_from_db()
    assert picture.folder.startswith("people/")
    assert picture.renditions == []


def test_other_words_leave_the_files_alone(editor, storage):
    picture = PictureFactory(key="bowl")
    assert sent(editor, picture=picture, alt_en="Another word").status_code == 302
    assert Picture.objects.get().renditions == picture.renditions


@pytest.mark.parametrize("way", ["page", "list"])
def test_a_deleted_picture_takes_its_files_along(editor, storage, now, way):
    picture = PictureFactory()
    storing.write(picture.renditions[0]["name"], b"pixels")
    if way == "page":
        editor.post(reverse("admin:media_picture_delete", args=[picture.pk]), {"post": "yes"})
    else:
        data = {"action": "delete_selected", "_selected_action": picture.pk, "post": "yes"}
        editor.post(reverse("admin:media_picture_changelist"), data)
    assert not Picture.objects.exists()
    storing.remove(now=picture.created_at.replace(year=2099))
    assert not list(storage.rglob("*.webp"))


def test_the_log_of_a_deleted_picture_names_it_by_number(editor, storage):
    sent(editor, image_file(), key="marigold")
    picture = Picture.objects.get()
    editor.post(reverse("admin:media_picture_delete", args=[picture.pk]), {"post": "yes"})
    assert not Picture.objects.exists()
    assert {entry.object_repr for entry in LogEntry.objects.all()} == {f"#{picture.pk}"}
