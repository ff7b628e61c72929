"""Signing up, in and out: by mail, and nobody learns who has an account."""

import re

import pytest
from allauth.account.models import EmailAddress

from weintl.accounts.models import User
from weintl.mail.composing import compose
from weintl.mail.invariants import check_causes_are_named
from weintl.mail.models import Mail

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"
ANA = {"email": "ana@example.org", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def ana():
    user = User.objects.create_user("ana@example.org", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def link_in(mail):
    return re.search(r"https?://[^/]+(/accounts/\S+)", compose(mail).body)[1]


def test_a_customer_signs_up_confirms_and_is_led_to_the_account(client):
    answer = client.post("/accounts/signup/", {**ANA, "next": "/es/account/"})
    assert answer.headers["Location"] == "/accounts/confirm-email/"
    mail = Mail.objects.get()
    assert (mail.template, mail.language, mail.recipient) == (
        "accounts/confirm",
        "es",
        "ana@example.org",
    )
    assert User.objects.get().language == "es"
    assert mail.cause == f"account:{User.objects.get().pk}"
    assert list(check_causes_are_named()) == []
    refused = client.post("/accounts/login/", {"login": "ana@example.org", "password": PASSWORD})
    assert refused.headers["Location"] == "/accounts/confirm-email/"
    address = link_in(mail)
    page = client.get(address).content.decode()
    assert "¿Es suya esta dirección" in page
    assert not EmailAddress.objects.get().verified
    client.post(address.split("?")[0], {"next": "/es/account/"})
    assert EmailAddress.objects.get().verified
    data = {"login": "ana@example.org", "password": PASSWORD, "next": "/es/account/"}
    answer = client.post("/accounts/login/", data)
    assert answer.headers["Location"] == "/es/account/"
    assert client.get("/es/account/").status_code == 200


def test_a_known_address_gets_the_same_page_and_another_mail(client, ana):
    answer = client.post("/accounts/signup/", ANA)
    assert answer.headers["Location"] == "/accounts/confirm-email/"
    mail = Mail.objects.get()
    assert (mail.template, mail.recipient) == ("accounts/exists", "ana@example.org")
    assert User.objects.count() == 1


def test_a_forgotten_password_is_chosen_anew_once(client, ana):
    known = client.post("/accounts/password/reset/", {"email": "ana@example.org"})
    unknown = client.post("/accounts/password/reset/", {"email": "bea@example.org"})
    assert known.headers["Location"] == unknown.headers["Location"]
    mail = Mail.objects.get()
    assert (mail.template, mail.recipient) == ("accounts/reset", "ana@example.org")
    page = client.get(link_in(mail), follow=True)
    new = {"password1": "another-horse-entirely", "password2": "another-horse-entirely"}
    client.post(page.redirect_chain[-1][0], new)
    ana.refresh_from_db()
    assert ana.check_password("another-horse-entirely")
    again = client.get(link_in(mail), follow=True).content.decode()
    assert "too old, or it was used already" in again


@pytest.mark.parametrize("password", ["short", "ana@example.org", "password1234"])
def test_a_weak_password_is_refused_and_the_address_kept(client, password):
    given = {**ANA, "password1": password, "password2": password}
    page = client.post("/accounts/signup/", given)
    assert page.status_code == 200
    assert 'value="ana@example.org"' in page.content.decode()
    assert not User.objects.exists()


def test_staff_land_in_the_admin_and_customers_do_not(client, ana):
    data = {"login": "ana@example.org", "password": PASSWORD}
    assert client.post("/accounts/login/", data).headers["Location"] == "/en/account/"
    assert client.get("/admin/").status_code in {302, 403}
    client.post("/accounts/logout/")
    User.objects.update(is_staff=True)
    assert client.post("/accounts/login/", data).headers["Location"] == "/admin/"


def test_nobody_is_led_to_another_site(client, ana):
    data = {"login": "ana@example.org", "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post("/accounts/login/", data).headers["Location"] == "/en/account/"


def test_too_many_tries_are_told_to_wait(client, ana, settings):
    answers = [
        client.post("/accounts/login/", {"login": "ana@example.org", "password": "wrong"})
        for _turn in range(12)
    ]
    assert any(
        answer.status_code == 429 or "Too many" in answer.content.decode() for answer in answers
    )
