"""Former states of rows in the admin: who may see one, and who may return to it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from simple_history.admin import SimpleHistoryAdmin


class HistoryAdmin(SimpleHistoryAdmin):
    """Lets those return to a former state who may change the row as it is now, and only those.

    The package asks for the right to look, then stores whatever is sent: who may only read
    would bring back a number that was withdrawn, or a rule's draft over the approved rule.
    """

    def history_form_view(
        self,
        request: HttpRequest,
        object_id: str,
        version_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a former state, or return to it. Raises PermissionDenied, Http404."""
        if request.method not in {"GET", "HEAD"}:
            row = self.get_object(request, object_id)
            if row is None:
                raise Http404
            if not self.has_change_permission(request, row) or self.revert_disabled(request, row):
                raise PermissionDenied
        return super().history_form_view(request, object_id, version_id, extra_context)
