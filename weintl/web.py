"""What every answer of the site has in common: headers, the same-origin rule, the quick exit."""

import json
import logging
import re
import time
from base64 import b64encode
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import wraps
from hashlib import sha256
from http.cookies import CookieError
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.exceptions import BadRequest
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.template.loader import get_template
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_from_request, override
from django.views.decorators.http import require_GET, require_safe
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT_MAP = re.compile(rb'<script type="importmap"[^>]*>(.*?)</script>', re.DOTALL)
View = Callable[..., HttpResponse]
AnyView = Callable[..., HttpResponseBase]
PUBLIC = "public, max-age=60"
PRIVATE = "no-store"
FAULTS = {400, 403, 404, 500}
UNLISTED = (
    *("/admin/", "/accounts/", "/exit/", "/webhooks/", "/language/"),
    *(
        f"/*/{word}/"
        for word in (
            "account",
            "cart",
            "checkout",
            "orders",
            "giving",
            "search",
            "preview",
            "shop/back",
        )
    ),
)


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed names; a name that is missing from the manifest is served unhashed, not a fault."""

    manifest_strict = False

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        """Return the hashed name, or `name` where no such file was collected."""
        try:
            return super().hashed_name(name, content, filename)
        except ValueError:
            return name


class EventFormatter(logging.Formatter):
    """One JSON object a line: the event's name, then ids as fields."""

    # Whatever zone pages are written in.
    converter = staticmethod(time.gmtime)
    OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON; values that JSON lacks are written as text."""
        fields = {key: value for key, value in record.__dict__.items() if key not in self.OWN}
        fields.pop("request", None)
        fields.pop("data", None)
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **fields,
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


class ResponseHeaders:
    """Sets the headers that every answer needs unless the view has set its own."""

    def __init__(self, get_response: View) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; what no view has marked as public is not to be stored by anybody.

        What is public bears nothing of who asked: a cache would hand it to the next.
        """
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = PRIVATE
        elif response["Cache-Control"] == PUBLIC:
            _forget_who_asked(response)
        response.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        return response


def _forget_who_asked(response: HttpResponse) -> None:
    """Take off what the session's layer adds for a browser with a broken cookie."""
    response.cookies.clear()
    kept = [name for name in response.get("Vary", "").split(", ") if name not in {"", "Cookie"}]
    del response["Vary"]
    if kept:
        response["Vary"] = ", ".join(kept)


class PackedWords(GZipMiddleware):
    """Compresses words that bear nothing of who asked: a help page loads on a weak phone.

    What is made for a visitor whom a cookie names stays as it is. Its length, compressed, could
    betray a secret that stands in it to whoever makes the browser ask with guesses (BREACH).
    """

    # No noise is needed where there is no secret.
    max_random_bytes = 0
    WORDS = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:json|xml)\b|image/svg\+xml")

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Return the answer, compressed where the browser takes it."""
        told = response.get("Cache-Control") == PUBLIC
        unknown = not request.COOKIES and not response.cookies
        is_words = not response.streaming and self.WORDS.match(response.get("Content-Type", ""))
        if is_words and (told or unknown):
            return super().process_response(request, response)
        return response


class PlainAddresses:
    """Refuses an address with a NUL: no view and no text column has a use for one."""

    def __init__(self, get_response: View) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or raise BadRequest before anybody reads path or query."""
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("The address has a NUL.")
        return self.get_response(request)


class NoCookieForACookie:
    """Takes a broken token for none: Django would answer it with a cookie for a year.

    Stands behind Django's own layer, which looks at the token first.
    """

    def __init__(self, get_response: View) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; a page with a form makes a token of its own."""
        is_broken = request.META.pop("CSRF_COOKIE_NEEDS_UPDATE", False)
        if is_broken:
            del request.META["CSRF_COOKIE"]
        response = self.get_response(request)
        if is_broken and response.status_code in FAULTS:
            # Django's views of these look at the token again; none of ours has a form.
            response.cookies.pop(settings.CSRF_COOKIE_NAME, None)
        return response


def public_page(view: View) -> View:
    """Mark a page that is the same for everybody: caches may keep it for a minute."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            response["Cache-Control"] = PUBLIC
        return response

    return require_safe(wrapped)


def private_page(view: AnyView) -> AnyView:
    """Mark a page that nobody may store and no search engine may list."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = PRIVATE
        response["X-Robots-Tag"] = "noindex"
        return response

    return wrapped


def absolute(path: str) -> str:
    """Return `path` of this site as a full address, for mails and the payment provider."""
    return f"{settings.SITE_URL}{path}"


def described(*things: dict[str, Any]) -> SafeString:
    """Return things in the words of schema.org for a script element of that type.

    It is data: no browser runs it, and the policy for scripts lets it stand.
    """
    context = {"@context": "https://schema.org"}
    whole = {**context, **things[0]} if len(things) == 1 else {**context, "@graph": things}
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    # Nothing in it can end the script element that holds it.
    return mark_safe(text.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}))  # noqa: S308


def crumbs(way: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the way to a page, (name, path) of each step, in the words of schema.org."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": absolute(path)}
            for place, (name, path) in enumerate(way, start=1)
        ],
    }


class Listing(Sitemap):
    """What an app offers to search engines: every address in each language, of SITE_URL.

    No language-free variant is named: a page's words differ by language, so it has none.
    """

    i18n = True
    alternates = True

    def get_protocol(self, protocol: str | None = None) -> str:
        """Return the scheme of SITE_URL."""
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        """Return the host of SITE_URL: a request's host must not reach a cached answer."""
        return urlsplit(settings.SITE_URL).netloc


@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines where the sitemap is and what is not theirs.

    A demonstration refuses everything: nobody should find its invented gifts and pieces.
    """
    lines = ["User-agent: *"]
    if settings.DEMO:
        lines += ["Disallow: /"]
    else:
        lines += [f"Disallow: {path}" for path in UNLISTED]
        lines += ["", f"Sitemap: {absolute(reverse('sitemap'))}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def is_same_origin(request: HttpRequest) -> bool:
    """Say whether the browser vouches that a page of this site sent the request.

    Sec-Fetch-Site where the browser sends it, else Origin. Neither: not proven.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Send a visitor of `/` to the language that the browser asks for; no cookie is read."""
    cookies, request.COOKIES = request.COOKIES, {}
    language = get_language_from_request(request)
    request.COOKIES = cookies
    with override(language):
        response = HttpResponseRedirect(reverse("awareness:home"))
    response["Cache-Control"] = PUBLIC
    patch_vary_headers(response, ["Accept-Language"])
    return response


@require_GET
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the visitor's cookies and cached pages, and send the browser elsewhere.

    The one GET with an effect, and that only on the visitor's own browser. Storage is
    left alone: the flag that keeps Back from showing our pages lives there.
    """
    response = HttpResponseRedirect(settings.QUICK_EXIT_URL)
    for name in request.COOKIES:
        # A name that no answer may bear is left to the header below: nothing may stop an exit.
        with suppress(CookieError):
            response.delete_cookie(name)
    # Not told to this address, so not among those of the request.
    for name, path in settings.SCOPED_COOKIES.items():
        response.delete_cookie(name, path=path)
    response["Clear-Site-Data"] = '"cookies", "cache"'
    response["Cache-Control"] = PRIVATE
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request was not understood.

    Django's own view looks for a token in the form first, and fails on one it cannot read.
    """
    return HttpResponseBadRequest(get_template("400.html").render())


def allow_import_map(response: HttpResponse) -> HttpResponse:
    """Let the import maps of a page run under the policy: by their hash, never by 'unsafe'.

    An import map cannot be a file of its own. Source: developer.mozilla.org, "importmap".
    """

    def allow(rendered: HttpResponse) -> None:
        maps = IMPORT_MAP.findall(rendered.content)
        hashes = [b64encode(sha256(text).digest()).decode() for text in maps]
        if hashes:
            sources = [f"'sha256-{digest}'" for digest in hashes]
            rendered._csp_update = {"script-src": sources}  # type: ignore[attr-defined]

    if isinstance(response, TemplateResponse):
        response.add_post_render_callback(allow)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say in plain words that a form was too old or came from elsewhere."""
    return render(request, "403_csrf.html", status=403)
