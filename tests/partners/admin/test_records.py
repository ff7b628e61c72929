"""Partners' papers: in private storage, handed out to who may see them, as a download."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from partners.models import Document, Partner, StatusChange
from tests.factories.partners import PartnerFactory, StaffFactory
from tests.partners.admin.test_programmes import signed_in
from weintl.staff import groups

pytestmark = pytest.mark.django_db
ADD = "admin:partners_document_add"


def member(name: str) -> Client:
    groups.ensure()
    person = StaffFactory()
    person.groups.add(Group.objects.get(name=name))
    return signed_in(person)


def upload(browser: Client, partner: Partner, name: str = "deed.pdf", data: bytes = b"%PDF-1 x"):
    return browser.post(
        reverse(ADD),
        {"partner": partner.pk, "title": "Deed", "file": SimpleUploadedFile(name, data)},
    )


@pytest.fixture
def document():
    answer = upload(member("partners"), PartnerFactory())
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return Document.objects.get()


def test_a_paper_is_stored_apart_from_pictures_under_no_telling_name(document):
    kept = Path(document.file.path)
    assert kept.is_relative_to(settings.DATA_DIR / "private")
    assert not kept.is_relative_to(settings.MEDIA_ROOT)
    assert "deed" not in kept.name
    assert kept.stat().st_mode & 0o077 == 0
    with pytest.raises(ValueError):
        _ = document.file.url


@pytest.mark.parametrize(
    ("group", "status"),
    [("partners", 200), ("auditor", 200), ("finance", 403), ("shop", 403), ("editor", 403)],
)
def test_only_who_may_see_papers_gets_one_as_a_download(document, group, status):
    answer = member(group).get(reverse("admin:partners_document_file", args=[document.pk]))
    assert answer.status_code == status
    if status == 200:
        assert answer["Content-Disposition"] == 'attachment; filename="deed.pdf"'
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer["Cache-Control"]
        assert b"".join(answer.streaming_content) == b"%PDF-1 x"


def test_strangers_and_media_addresses_get_nothing(document):
    address = reverse("admin:partners_document_file", args=[document.pk])
    assert Client().get(address).status_code == 302
    for path in (document.file.name, f"private/{document.file.name}", f"../private/{document.pk}"):
        assert Client().get(f"/media/{path}").status_code == 404


@pytest.mark.parametrize("name", ["page.html", "picture.svg", "run.exe"])
def test_what_is_no_paper_is_refused(name):
    assert upload(member("partners"), PartnerFactory(), name=name).status_code == 200
    assert not Document.objects.exists()


def test_a_paper_whose_file_is_gone_is_named_instead_of_failing(document):
    Path(document.file.path).unlink()
    address = reverse("admin:partners_document_file", args=[document.pk])
    answer = member("auditor").get(address, follow=True)
    assert answer.status_code == 200
    assert "not in the storage" in answer.content.decode()


def test_a_paper_is_never_changed_and_its_file_goes_with_it(
    document, django_capture_on_commit_callbacks
):
    browser, kept = member("partners"), Path(document.file.path)
    change = reverse("admin:partners_document_change", args=[document.pk])
    assert browser.post(change, {"title": "Other"}).status_code == 403
    delete = reverse("admin:partners_document_delete", args=[document.pk])
    with django_capture_on_commit_callbacks() as after:
        assert browser.post(delete, {"post": "yes"}).status_code == 302
    assert kept.exists(), "the row may still come back"
    for run in after:
        run()
    assert not kept.exists()


def test_a_partner_takes_a_step_with_a_reason():
    partner = PartnerFactory(name="Quay House")
    browser = member("partners")
    step = reverse("admin:partners_partner_step", args=[partner.pk])
    assert browser.post(step, {"to": "paused", "reason": ""}).status_code == 200
    assert browser.post(step, {"to": "vetted", "reason": "Why not"}).status_code == 200
    assert not StatusChange.objects.filter(after="paused").exists()
    answer = browser.post(step, {"to": "paused", "reason": "New management"}, follow=True)
    assert "New management" in answer.content.decode()
    partner.refresh_from_db()
    assert partner.status == "paused"
    assert member("shop").get(step).status_code == 403


def test_a_step_that_lacks_its_checks_says_so():
    partner = PartnerFactory(status=Partner.Status.CANDIDATE)
    step = reverse("admin:partners_partner_step", args=[partner.pk])
    answer = member("partners").post(step, {"to": "vetted", "reason": "Hurry"})
    assert "must be passed" in answer.content.decode()
