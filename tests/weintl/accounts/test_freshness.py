"""Money acts ask again who somebody is."""

import time

import pytest
from allauth.account.internal.flows import login
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.http import HttpResponse
from django.test import RequestFactory

from weintl.accounts.freshness import fresh_sign_in, is_fresh
from weintl.accounts.models import User


class Session(dict):
    """As much of a session as is read here."""


@fresh_sign_in
def act(request):
    return HttpResponse("done")


def request_of(user, *, method="password", age=0.0, reauthenticated=True):
    request = RequestFactory().get("/admin/refund/")
    request.user = user
    record = {"method": method, "at": time.time() - age, "reauthenticated": reauthenticated}
    request.session = Session(
        {
            login.AUTHENTICATION_METHODS_SESSION_KEY: [record],
            login._AUTHENTICATION_METHODS_USER_SESSION_KEY: str(user.pk),
        }
    )
    return request


@pytest.fixture
def user(db):
    return User.objects.create_user("finance@weintl.example", "weave-indigo-and-weld")


def test_a_fresh_password_is_enough_without_a_second_factor(user):
    assert act(request_of(user)).content == b"done"


@pytest.mark.parametrize("how", [{"age": 301}, {"reauthenticated": False}])
def test_an_old_or_ordinary_sign_in_is_asked_again_and_comes_back(user, how):
    answer = act(request_of(user, **how))
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/reauthenticate/?next=%2Fadmin%2Frefund%2F"


def test_with_a_second_factor_the_password_does_not_count(user):
    TOTP.activate(user, generate_totp_secret())
    assert not is_fresh(request_of(user))
    assert is_fresh(request_of(user, method="mfa"))
    assert "/accounts/2fa/reauthenticate/" in act(request_of(user))["Location"]
