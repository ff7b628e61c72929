"""Ourselves, in the admin: one record."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from .models import Organisation

SWITCHES: Any = ["is_shop_open", "low_stock_at", "are_gifts_open"]


@admin.register(Organisation)
class OrganisationAdmin(TranslationAdmin):
    """There is one; it is changed, never added twice or deleted."""

    fieldsets = [
        (None, {"fields": ["name", "legal_name", "tax_number", "address", "country"]}),
        (_("Writing to us"), {"fields": ["contact_email", "reply_name", "mission"]}),
        (
            _("Shop and gifts"),
            {"fields": SWITCHES},
        ),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Allow the first only."""
        return super().has_add_permission(request) and not Organisation.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: footer, mails and papers need it."""
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Open the one record at once."""
        if Organisation.objects.filter(pk=1).exists() and self.has_view_permission(request):
            return HttpResponseRedirect(reverse("admin:organisation_organisation_change", args=[1]))
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        """Store it under its one number."""
        obj.pk = 1
        super().save_model(request, obj, form, change)
