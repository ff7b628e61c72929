"""Ourselves, in the admin: one record."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from weintl.money.formatting import name_of

from .models import GIFT_CURRENCIES, Organisation

WHO: Any = ["name", "legal_name", "tax_number", "tax_status", "address", "country"]
SWITCHES: Any = ["is_shop_open", "shop_note", "shop_opens_on", "low_stock_at"]
GIFTS: Any = ["are_gifts_open", "gifts_note", "gifts_open_on", "gift_currencies"]


class OrganisationForm(forms.ModelForm):
    """The record; what is closed opens on a day to come."""

    gift_currencies = forms.TypedMultipleChoiceField(
        label=capfirst(Organisation._meta.get_field("gift_currencies").verbose_name),
        help_text=Organisation._meta.get_field("gift_currencies").help_text,
        choices=lambda: [
            (code, f"{name_of(code)} ({code.upper()})")
            for code in GIFT_CURRENCIES
            if code != settings.BASE_CURRENCY
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def clean_shop_opens_on(self) -> date | None:
        """Refuse a day that is over while the shop is closed."""
        return self._to_come("shop_opens_on", "is_shop_open")

    def clean_gifts_open_on(self) -> date | None:
        """Refuse a day that is over while no gifts are taken."""
        return self._to_come("gifts_open_on", "are_gifts_open")

    def _to_come(self, field: str, switch: str) -> date | None:
        day: date | None = self.cleaned_data[field]
        if day and day <= localdate() and not self.cleaned_data.get(switch):
            raise forms.ValidationError(_("Choose a day after today."))
        return day


@admin.register(Organisation)
class OrganisationAdmin(TranslationAdmin):
    """There is one; it is changed, never added twice or deleted."""

    form = OrganisationForm
    fieldsets = [
        (None, {"fields": WHO}),
        (_("Writing to us"), {"fields": ["contact_email", "reply_name", "mission"]}),
        (_("Shop"), {"fields": SWITCHES}),
        (_("Gifts"), {"fields": GIFTS}),
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
