"""A file for the bank is fetched by finance, with a fresh sign-in, and each time is logged."""

import time
from datetime import timedelta

import pytest
from allauth.account.internal.flows import login
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from partners import exports
from tests.factories.partners import (
    ProgrammeFactory,
    StaffFactory,
    approved_payout,
    bank_details,
    piece,
    sell,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def kept(now):
    programme = ProgrammeFactory(code="loom")
    bank_details(programme, at=now)
    sell(piece(1), at=now - 9 * DAY, matures=now - DAY)
    payout = approved_payout(programme, at=now)
    return exports.export(payouts=[payout], actor=StaffFactory(), now=now)


def signed_in(*, fresh: bool) -> Client:
    client, user = Client(), StaffFactory(is_superuser=True)
    client.force_login(user)
    session = client.session
    if fresh:
        record = {"method": "password", "at": time.time(), "reauthenticated": True}
        session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [record]
        session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    return client


def test_it_is_fetched_the_same_each_time_and_never_kept_by_a_cache(kept):
    browser = signed_in(fresh=True)
    address = reverse("admin:partners_bankfile_file", args=[kept.pk])
    first, second = browser.get(address), browser.get(address)
    assert first.content == second.content == exports.remake(kept)
    assert "no-store" in first["Cache-Control"]
    assert LogEntry.objects.count() == 2
    page = browser.get(reverse("admin:partners_bankfile_change", args=[kept.pk])).content
    assert b"2026-11-loom-usd" in page
    assert b"001234567890" not in page
    history = browser.get(reverse("admin:partners_bankfile_history", args=[kept.pk]))
    assert b"fetched" in history.content


def test_an_old_sign_in_is_asked_anew(kept):
    answer = signed_in(fresh=False).get(reverse("admin:partners_bankfile_file", args=[kept.pk]))
    assert "reauthenticate" in answer["Location"]


def test_without_its_key_it_says_so(kept, settings):
    settings.ENCRYPTION_KEYS = []
    address = reverse("admin:partners_bankfile_file", args=[kept.pk])
    answer = signed_in(fresh=True).get(address, follow=True)
    assert b"ENCRYPTION_KEYS" in answer.content
