"""Answers to requests that no page of the admin sends."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from weintl.web import View, bad_request


class NoSuchKey:
    """Takes a key that is no number, or a year that no calendar has, for a bad request.

    Django's own choices, acts on lists and date filters hand both to the database unread.
    """

    def __init__(self, get_response: View) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Say that it was not understood; nothing was changed. Other faults stay faults."""
        if not request.path_info.startswith(reverse("admin:index")):
            return None
        is_no_key = isinstance(error, ValueError) and "expected a number but got" in str(error)
        if is_no_key or isinstance(error, OverflowError):
            return bad_request(request, BadRequest(str(error)))
        return None
