"""What every template may use about the site itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .models import Organisation


def ourselves(request: HttpRequest) -> Organisation:
    """Return the organisation: as it was read for this request already, or read now."""
    return getattr(request, "organisation", None) or Organisation.current()


def site(request: HttpRequest) -> dict[str, Any]:
    """Give templates `organisation` (one query, when used) and the site's settings."""
    return {
        "organisation": SimpleLazyObject(lambda: ourselves(request)),
        "site_url": settings.SITE_URL,
        "is_demo": settings.DEMO,
        "quick_exit_url": settings.QUICK_EXIT_URL,
        "base_currency": settings.BASE_CURRENCY,
    }
