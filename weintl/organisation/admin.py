"""Ourselves, in the admin: one record."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from weintl.rows import minor

from .models import Organisation

SWITCHES = ["is_shop_open", "are_gifts_open", "shipping_flat_amount"]


@admin.register(Organisation)
class OrganisationAdmin(TranslationAdmin):
    """There is one; it is changed, never added twice or deleted."""

    fieldsets = [
        (None, {"fields": ["name", "legal_name", "tax_number", "address", "country"]}),
        (_("Writing to us"), {"fields": ["contact_email", "reply_name", "mission"]}),
        (
            _("Shop and gifts"),
            {"fields": ["is_shop_open", "are_gifts_open", "shipping_flat_amount"]},
        ),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Write the rate as an amount for who only reads."""
        found = list(super().get_fieldsets(request, obj))
        if self.has_change_permission(request, obj):
            return found
        (*first, (title, options)) = found
        fields = [*options["fields"][:-1], "shown_rate"]
        return [*first, (title, {**options, "fields": fields})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Name what is computed."""
        return ["shown_rate"]

    @admin.display(description=_("flat shipping rate"))
    def shown_rate(self, organisation: Organisation) -> str:
        """Write the rate."""
        return minor(organisation.shipping_flat_amount, settings.BASE_CURRENCY)

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
