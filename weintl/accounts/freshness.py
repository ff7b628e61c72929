"""Money acts ask for a fresh second factor, or a fresh password where none is enrolled."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

View = Callable[..., HttpResponse]


def is_fresh(request: HttpRequest) -> bool:
    """Say whether the person proved who they are within ACCOUNT_REAUTHENTICATION_TIMEOUT.

    Where a second factor is enrolled only that counts, not the password.
    """
    if not request.user.is_authenticated:
        return False
    wanted = {"mfa"} if is_mfa_enabled(request.user) else {"mfa", "password"}
    times = [
        record["at"]
        for record in get_authentication_records(request, request.user)
        if record.get("reauthenticated") and record["method"] in wanted
    ]
    limit = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return bool(times) and time.time() - max(times) < limit


def fresh_sign_in(view: View) -> View:
    """Let `view` run only if the sign-in is fresh; else ask, then go on with the request.

    Works on functions and on methods (`self, request, …`). A form sent when the sign-in
    had grown old is kept and goes on by itself after the question.
    """

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> HttpResponse:
        request = next(arg for arg in args if isinstance(arg, HttpRequest))
        if is_fresh(request):
            return view(*args, **kwargs)
        name = "mfa_reauthenticate" if is_mfa_enabled(request.user) else "account_reauthenticate"
        return suspend_request(request, reverse(name))

    return wrapped
