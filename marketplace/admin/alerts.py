"""Who waits for which piece: to be looked at, and to be forgotten on request."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from weintl.rows import ReadOnlyAdmin

from .. import alerts
from ..models import StockAlert


@admin.register(StockAlert)
class StockAlertAdmin(ReadOnlyAdmin):
    """Nobody is signed up here; an address is deleted with the mails to it."""

    list_display = ["variant", "email", "created_at", "confirmed_at", "told_at"]
    list_filter = ["language"]
    list_select_related = ["variant"]
    search_fields = ["email", "variant__sku"]
    ordering = ["-created_at", "-pk"]
    fields = ["variant", "email", "language", "created_at", "confirmed_at", "told_at"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let those forget an address who could change the row."""
        return request.user.has_perm("marketplace.change_stockalert")

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: StockAlert) -> None:
        """Forget the wish and its mails."""
        alerts.leave(alert=obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[StockAlert]) -> None:
        """Forget the wishes and their mails."""
        for alert in queryset:
            alerts.leave(alert=alert)
