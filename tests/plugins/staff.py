"""Somebody of staff whose sign-in is fresh."""

import time

import pytest
from allauth.account.internal.flows import login

from weintl.accounts.models import User


@pytest.fixture
def staff(client, db):
    user = User.objects.create_superuser("staff@example.org", "correct-horse-battery")
    client.force_login(user)
    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    return client
