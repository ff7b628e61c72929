"""Published pictures, where no server or bucket stands in front of the site."""

import mimetypes

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def media_file(request: HttpRequest, name: str) -> FileResponse:
    """Send one picture. Its name is random and never used again, so caches keep it."""
    if not default_storage.exists(name):
        raise Http404
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = FileResponse(default_storage.open(name), content_type=kind)
    response["Cache-Control"] = FOR_EVER
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
