"""Bank details are typed by two persons and shown to nobody."""

import time

import pytest
from allauth.account.internal.flows import login
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse

from partners.models import BankDetails
from tests.factories.partners import ProgrammeFactory, StaffFactory

pytestmark = pytest.mark.django_db
NUMBER = "DE89 3704 0044 0532 0130 00"
DIGITS = "370400440532"


def signed_in(user, *, fresh: bool = True) -> Client:
    """Return a browser of `user`, who has just given the password if `fresh`."""
    client = Client()
    client.force_login(user)
    session = client.session
    if fresh:
        record = {"method": "password", "at": time.time(), "reauthenticated": True}
        session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [record]
        session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    return client


@pytest.fixture
def people():
    return [StaffFactory(is_superuser=True) for _ in range(2)]


def typed(programme, **changes) -> dict[str, object]:
    return {
        "programme": programme.pk,
        "holder": "Loom Cooperative",
        "number": NUMBER,
        "bank_code": "COBADEFF",
        "country": "DE",
        "reason": "First details",
        **changes,
    }


def everything() -> str:
    """Return all tables that could hold what somebody typed, as text."""
    tables = ["partners_bankdetails", "django_admin_log", "django_session"]
    tables += ["partners_historicalprogramme", "partners_historicalpartner"]
    with connection.cursor() as cursor:
        texts = []
        for table in tables:
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            texts.append(cursor.fetchone()[0] or "")
    sessions = [str(row.get_decoded()) for row in Session.objects.all()]
    return " ".join([*texts, *sessions]).replace(" ", "")


def test_one_proposes_another_types_the_same_and_approves(people):
    programme = ProgrammeFactory(code="loom")
    propose = reverse("admin:partners_bankdetails_propose")
    answer = signed_in(people[0]).post(propose, typed(programme), follow=True)
    assert "•••• 3000".encode() in answer.content
    details = BankDetails.objects.get()
    approve = reverse("admin:partners_bankdetails_approve", args=[details.pk])
    own = signed_in(people[0]).post(approve, {"number": NUMBER})
    assert b"another person approves them" in own.content
    browser = signed_in(people[1])
    wrong = browser.post(approve, {"number": "GB82WEST12345698765432"})
    assert b"not the account number that was proposed" in wrong.content
    page = browser.get(approve)
    assert DIGITS.encode() not in page.content.replace(b" ", b"")
    browser.post(approve, {"number": NUMBER.replace(" ", "").lower()})
    details.refresh_from_db()
    assert details.approved_by == people[1]
    assert LogEntry.objects.count() == 2
    assert DIGITS not in everything()


def test_an_old_sign_in_keeps_nothing_of_what_was_typed(people):
    programme = ProgrammeFactory(code="loom")
    propose = reverse("admin:partners_bankdetails_propose")
    stale = signed_in(people[0], fresh=False)
    answer = stale.post(propose, typed(programme))
    assert answer["Location"] == propose
    assert "reauthenticate" in stale.get(propose)["Location"]
    assert not BankDetails.objects.exists()
    assert DIGITS not in everything()


@pytest.mark.parametrize("number", ["DE89 3704 0044 0532 0130 01", "12"])
def test_a_wrong_number_is_refused(people, number):
    answer = signed_in(people[0]).post(
        reverse("admin:partners_bankdetails_propose"), typed(ProgrammeFactory(), number=number)
    )
    assert b"no account number" in answer.content


def test_without_keys_nothing_is_stored(people, settings):
    settings.ENCRYPTION_KEYS = []
    answer = signed_in(people[0]).post(
        reverse("admin:partners_bankdetails_propose"), typed(ProgrammeFactory())
    )
    assert b"ENCRYPTION_KEYS" in answer.content
    assert not BankDetails.objects.exists()
