"""Consent officers keep codes, see what rests on them, and take everything back in one act."""

from datetime import date, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from tests.factories.media import ConsentFactory, PictureFactory
from weintl.accounts.models import User
from weintl.media import consents, storing
from weintl.media.admin.consents import told
from weintl.media.models import ConsentRecord, Picture, Withdrawal
from weintl.staff import groups

pytestmark = pytest.mark.django_db
LIST = "admin:media_consentrecord_changelist"


def member(client, group: str):
    groups.ensure()
    user = User.objects.create_user(f"{group}@example.org", "correct-horse-battery", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    return client


@pytest.fixture
def officer(client):
    return member(client, consents.OFFICERS)


def change(consent) -> str:
    return reverse("admin:media_consentrecord_change", args=[consent.pk])


def act(consent) -> str:
    return reverse("admin:media_consentrecord_withdraw", args=[consent.pk])


FORM = {
    "partner": "a-partner",
    "obtained_by": "case worker",
    "language": "Khmer",
    "obtained_on": "2026-01-01",
    "expires_on": "2028-12-31",
    "given_by": "adult",
    "is_from_programme": "on",
    "left_programme_on": "2024-06-01",
    "scopes": ["web", "print"],
    "place": "none",
    "paper_reference": "file 12",
}


@pytest.mark.parametrize("group", ["editor", "publisher", "shop", "partners", "administrator"])
def test_others_do_not_see_consents(client, group):
    consent = ConsentFactory()
    member(client, group)
    for url in (reverse(LIST), change(consent), act(consent)):
        assert client.get(url).status_code == 403


def test_an_auditor_reads_and_withdraws_nothing(client):
    consent = ConsentFactory()
    member(client, "auditor")
    assert client.get(change(consent)).status_code == 200
    assert client.post(act(consent)).status_code == 403


def test_an_officer_writes_a_consent_down(officer):
    answer = officer.post(reverse("admin:media_consentrecord_add"), FORM)
    assert answer.status_code == 302
    consent = ConsentRecord.objects.get()
    assert consent.scopes == ["web", "print"]
    assert consent.code.startswith("C-")
    page = officer.get(change(consent)).content.decode()
    assert "Withdraw</a>" in page
    assert "pages of this site, print" in officer.get(reverse(LIST)).content.decode()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"expires_on": "2029-01-02"}, "within three years"),
        ({"given_by": "guardian", "place": "region"}, "A minor can never"),
        ({"shows_face": "on"}, "risk is assessed"),
        ({"scopes": []}, "This field is required"),
    ],
)
def test_what_must_not_be_is_refused_in_words(officer, values, message):
    page = officer.post(reverse("admin:media_consentrecord_add"), {**FORM, **values})
    assert message in page.content.decode()
    assert not ConsentRecord.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "valid"),
        ({"expires_on": date(2026, 2, 1)}, "expired"),
        ({"left_programme_on": None}, "not yet"),
        ({"withdrawn_at": timezone.now()}, "withdrawn on"),
    ],
)
def test_the_state_is_said(officer, values, words):
    start = timezone.localdate() - timedelta(days=300)
    values = {"obtained_on": start, "expires_on": start + timedelta(days=900)} | values
    if values["expires_on"] == date(2026, 2, 1):
        values |= {"obtained_on": date(2026, 1, 1)}
    ConsentFactory(**values)
    assert words in officer.get(reverse(LIST)).content.decode()


@pytest.mark.parametrize(("state", "count"), [("living", 1), ("expired", 1), ("withdrawn", 1)])
def test_states_filter_the_list(officer, state, count):
    start = timezone.localdate() - timedelta(days=300)
    ConsentFactory(obtained_on=start, expires_on=start + timedelta(days=900))
    ConsentFactory(obtained_on=start, expires_on=start + timedelta(days=9))
    ConsentFactory(withdrawn_at=timezone.now())
    answer = officer.get(reverse(LIST), {"state": state})
    assert len(answer.context["cl"].result_list) == count


def test_withdrawing_asks_first_and_says_what_it_did(officer, storage):
    consent = ConsentFactory()
    picture = PictureFactory(people="seen", consent=consent, key="two-hands")
    for row in picture.renditions:
        storing.write(row["name"], b"pixels")
    assert "two-hands" in officer.get(change(consent)).content.decode()
    page = officer.get(act(consent)).content.decode()
    assert "two-hands" in page
    assert "This cannot be undone." in page
    assert Picture.objects.exists()
    page = officer.post(act(consent), follow=True).content.decode()
    assert f"{consent.code} is withdrawn. Erased with their history:" in page
    assert "0 stories, 1 picture, 6 files." in page
    assert not list(storage.rglob("*.*"))
    assert not Picture.objects.exists()
    assert LogEntry.objects.filter(object_id=str(consent.pk)).exists()
    assert "Withdraw</a>" not in page
    assert (
        consent.code in officer.get(reverse("admin:media_withdrawal_changelist")).content.decode()
    )


def test_files_are_told_of_also_when_a_worker_removes_them_first(officer, storage):
    consent = ConsentFactory()
    picture = PictureFactory(people="seen", consent=consent)
    assert len(picture.renditions) == 6
    page = officer.post(act(consent), follow=True).content.decode()
    assert "0 stories, 1 picture, 6 files." in page


def test_withdrawing_twice_is_said(officer, storage):
    consent = ConsentFactory()
    officer.post(act(consent))
    assert "It was withdrawn before." in officer.post(act(consent), follow=True).content.decode()


def test_places_that_lost_a_picture_are_told_of():
    withdrawal = Withdrawal(code="C-1", erased={"media.picture": 1, "awareness.page": 2})
    assert "2 pages or products that showed a picture lost it." in told(withdrawal, files=3)


def test_nobody_deletes_or_writes_the_record(client, storage, now):
    client.force_login(User.objects.create_superuser("all@example.org", "correct-horse-battery"))
    consent = ConsentFactory()
    withdrawal = consents.withdraw(code=consent.code, now=now)
    for kind, row in (("consentrecord", consent), ("withdrawal", withdrawal)):
        delete = reverse(f"admin:media_{kind}_delete", args=[row.pk])
        assert client.post(delete, {"post": "yes"}).status_code == 403
        assert client.post(reverse(f"admin:media_{kind}_change", args=[row.pk])).status_code == 403
    assert client.get(reverse("admin:media_withdrawal_add")).status_code == 403
