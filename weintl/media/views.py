"""Published pictures, where no server or bucket stands in front of the site."""

import mimetypes

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone
from django.views.decorators.http import require_safe

from .models import Picture
from .models.consents import Scope

FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def media_file(request: HttpRequest, name: str) -> FileResponse:
    """Send one picture. Its name is random and never used again, so caches keep it."""
    response = _file(name)
    response["Cache-Control"] = FOR_EVER
    return response


@require_safe
def people_file(request: HttpRequest, folder: str, name: str) -> FileResponse:
    """Send one picture of people while a consent covers it; no cache may keep it.

    Staff see it before it is public. The answer is the same for a picture that is not there.
    """
    now = timezone.now()
    path = f"people/{folder}"
    is_public = any(
        Picture.objects.public(now=now, scope=scope).filter(folder=path).exists()
        for scope in (Scope.WEB, Scope.SHOP)
    )
    if not is_public and not request.user.has_perm("media.view_picture"):
        raise Http404
    response = _file(f"{path}/{name}")
    response["X-Robots-Tag"] = "noindex, noimageindex"
    return response


def _file(name: str) -> FileResponse:
    if not default_storage.exists(name):
        raise Http404
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = FileResponse(default_storage.open(name), content_type=kind)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
