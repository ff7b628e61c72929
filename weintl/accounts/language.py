"""The language of the pages under /accounts/, whose addresses name none."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import get_language_from_path

PATH = "/accounts/"


class AccountLanguage:
    """Speaks the language of the page that somebody comes from or goes to, and keeps to it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language of `next`, as /es/account/ says it; else as for any page."""
        if not request.path.startswith(PATH):
            return self.get_response(request)
        wanted = request.POST.get("next") or request.GET.get("next") or ""
        language = get_language_from_path(wanted)
        if language is None:
            return self.get_response(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        # The next page under this address is asked for without `next`.
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response
