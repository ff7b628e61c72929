"""Lists and pages of rows that nobody edits."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from weintl.money.formatting import format_money
from weintl.money.values import Money


def link_to(row: Model | None, text: str = "") -> str | SafeString:
    """Return a link to a row's admin page, a dash for none."""
    if row is None:
        return "–"
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return format_html('<a href="{}">{}</a>', reverse(name, args=[row.pk]), text or str(row))


def shown(value: Money | None) -> str:
    """Return an amount as people read it, a dash for none."""
    return "–" if value is None else format_money(value)


def minor(amount: int | None, currency: str) -> str:
    """Return minor units of a currency as people read them, a dash for none."""
    return "–" if amount is None or not currency else format_money(Money(amount, currency))


class ReadOnly:
    """Nobody adds, changes or deletes, whatever their rights."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows come from the provider's events and from acts."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is booked stays."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is booked stays."""
        return False


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):
    """A list with search and filters, and pages without a form."""

    actions_selection_counter = True

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Let those act who could change such rows if anybody could: finance."""
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    @admin.display(description=_("payment"), ordering="payment")
    def payment_link(self, row: Any) -> str:
        """Link the payment."""
        return link_to(row.payment)
