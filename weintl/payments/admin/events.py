"""Events of the provider."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from weintl.payments import dispatch
from weintl.payments.models import WebhookEvent
from weintl.rows import ReadOnlyAdmin, link_to

TIMES: Any = ["occurred_at", "received_at", "processed_at", "attempts", "next_attempt_at"]


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    """What the provider told, as received."""

    list_display = ["type", "state", "occurred_at", "about", "attempts", "short_error"]
    list_filter = ["state", "type", "received_at"]
    date_hierarchy = "received_at"
    search_fields = ["event_id", "object_id", "type", "payment__reference"]
    search_help_text = _("Number, type, or an id of the provider")
    list_select_related = ["payment", "provider_payout", "subscription"]
    ordering = ["-received_at", "-pk"]
    fieldsets = [
        (None, {"fields": ["type", "state", "about", "last_error", "note"]}),
        (_("Times"), {"fields": TIMES}),
        (_("At the provider"), {"fields": ["event_id", "object_id", "api_version", "is_live"]}),
        (_("Body as received"), {"fields": ["shown_body"], "classes": ["collapse"]}),
    ]
    readonly_fields = ["about", "shown_body"]
    actions = ["run_again"]

    @admin.display(description=_("about"), ordering="payment")
    def about(self, event: WebhookEvent) -> str:
        """Lead to the payment or payout that it told of."""
        return link_to(event.payment or event.provider_payout or event.subscription)

    @admin.display(description=_("last error"))
    def short_error(self, event: WebhookEvent) -> str:
        """Write the beginning of the last error, or why it was ignored."""
        return (event.last_error or event.note)[:100]

    @admin.display(description=_("body"))
    def shown_body(self, event: WebhookEvent) -> str:
        """Write the body with a line for each value; what is no JSON stays as it is."""
        try:
            text = json.dumps(json.loads(event.body), indent=2, ensure_ascii=False)
        except ValueError:
            text = event.body
        return format_html('<pre class="body">{}</pre>', text)

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
