"""Events of the provider."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from weintl.payments import dispatch
from weintl.payments.models import WebhookEvent

from .rows import ReadOnlyAdmin


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    """What the provider told, as received."""

    list_display = ["occurred_at", "type", "state", "payment_link", "attempts", "short_error"]
    list_filter = ["state", "type", "received_at"]
    search_fields = ["event_id", "object_id", "type", "payment__reference"]
    list_select_related = ["payment"]
    ordering = ["-received_at", "-pk"]
    show_full_result_count = False
    exclude = ["payment"]
    readonly_fields = ["payment_link"]
    actions = ["run_again"]

    @admin.display(description=_("last error"))
    def short_error(self, event: WebhookEvent) -> str:
        """Write the beginning of the last error, or why it was ignored."""
        return (event.last_error or event.note)[:100]

    @admin.action(description=_("Run again"), permissions=["act"])
    def run_again(self, request: HttpRequest, rows: QuerySet[WebhookEvent]) -> None:
        """Queue the failed ones among the chosen events once more."""
        now = timezone.now()
        pks = rows.filter(state=WebhookEvent.State.FAILED).order_by("pk").values_list("pk")
        queued = sum(dispatch.run_again(event_id=pk, now=now) for (pk,) in pks)
        self.message_user(
            request,
            ngettext("%(n)d event runs again.", "%(n)d events run again.", queued) % {"n": queued},
        )
