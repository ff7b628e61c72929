"""Zones, rates and countries that are not served, in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from modeltranslation.admin import TranslationAdmin

from weintl.history import HistoryAdmin
from weintl.rows import ReadOnly, minor, shown, span_text

from ..models import Order, ShippingRate, ShippingZone, UnservedCountry, ZoneCountry
from .spans import SpanAdmin


class ZoneForm(forms.ModelForm):
    """A zone with its countries."""

    countries = forms.MultipleChoiceField(
        label=_("Countries"),
        choices=lambda: list(countries),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 12}),
        help_text=_("Those of this zone. A country is in one zone only."),
    )

    class Meta:
        model = ShippingZone
        fields = ["name", "is_default", "days_from", "days_to"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Choose the countries that are in it."""
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            held = self.instance.places.values_list("country", flat=True)
            self.fields["countries"].initial = [str(code) for code in held]

    def clean_countries(self) -> list[str]:
        """Refuse a country of another zone, by name."""
        chosen = self.cleaned_data["countries"]
        taken = ZoneCountry.objects.filter(country__in=chosen).exclude(zone=self.instance.pk)
        for place in taken.select_related("zone"):
            names = {"country": countries.name(str(place.country)), "zone": place.zone}
            raise forms.ValidationError(_("%(country)s is in the zone %(zone)s.") % names)
        return chosen


class RateInline(ReadOnly, admin.TabularInline):
    """What a zone costs, to be read and followed: each rate has a page of its own."""

    model = ShippingRate
    fields = ["weight", "worth", "price", "free", "span"]
    readonly_fields = ["weight", "worth", "price", "free", "span"]
    extra = 0
    show_change_link = True
    ordering = ["up_to_grams", "from_amount", "pk"]

    @admin.display(description=_("up to (g)"))
    def weight(self, rate: ShippingRate) -> str:
        """Write the limit."""
        return str(rate.up_to_grams or _("any weight"))

    @admin.display(description=_("from pieces worth"))
    def worth(self, rate: ShippingRate) -> str:
        """Write the value from which it counts."""
        return minor(rate.from_amount, rate.currency)

    @admin.display(description=_("delivery"))
    def price(self, rate: ShippingRate) -> str:
        """Write the price."""
        return shown(rate.price)

    @admin.display(description=_("free from pieces worth"))
    def free(self, rate: ShippingRate) -> str:
        """Write from when on it is free."""
        return minor(rate.free_from_amount, rate.currency)

    @admin.display(description=_("in force"))
    def span(self, rate: ShippingRate) -> str:
        """Write from when to when."""
        return span_text(rate.effective)


@admin.register(ShippingZone)
class ShippingZoneAdmin(HistoryAdmin):
    """Zones with their countries and rates."""

    form = ZoneForm
    list_display = ["name", "is_default", "places", "days"]
    search_fields = ["name"]
    ordering = ["is_default", "name", "pk"]
    inlines = [RateInline]
    fields = ["name", "is_default", "countries", "days_from", "days_to"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShippingZone]:
        """Fetch the countries at once."""
        return super().get_queryset(request).prefetch_related("places")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Write the countries as text for who only reads."""
        if self.has_change_permission(request, obj):
            return list(self.fields)
        return ["name", "is_default", "places", "days_from", "days_to"]

    readonly_fields = ["places"]

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store the zone and its countries."""
        super().save_model(request, obj, form, change)
        chosen = set(form.cleaned_data.get("countries", []))
        obj.places.exclude(country__in=chosen).delete()
        known = {str(code) for code in obj.places.values_list("country", flat=True)}
        ZoneCountry.objects.bulk_create(
            ZoneCountry(zone=obj, country=code) for code in sorted(chosen - known)
        )

    @admin.display(description=_("countries"))
    def places(self, zone: ShippingZone) -> str:
        """Name its countries."""
        if zone.is_default:
            return str(_("all that are in no other zone"))
        return ", ".join(sorted(str(place.country.name) for place in zone.places.all())) or "–"  # type: ignore[attr-defined]

    @admin.display(description=_("days on the way"))
    def days(self, zone: ShippingZone) -> str:
        """Write the days."""
        return "–" if zone.days_from is None else f"{zone.days_from}–{zone.days_to}"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Take its countries out instead: orders name its rates."""
        return False


@admin.register(ShippingRate)
class ShippingRateAdmin(SpanAdmin):
    """Rates: changed until an order was placed by them, then only ended."""

    list_display = ["zone", "up_to_grams", "worth", "cost", "free", "span"]
    list_filter = ["zone"]
    list_select_related = ["zone"]
    search_fields = ["zone__name"]
    ordering = ["zone__name", "up_to_grams", "from_amount", "pk"]
    autocomplete_fields = ["zone"]
    written = ("zone", "up_to_grams", "from_amount", "amount", "free_from_amount")

    def is_used(self, row: Model) -> bool:
        """Say whether an order was placed by it."""
        return Order.objects.filter(shipping_rate=row.pk).exists()

    @admin.display(description=_("from pieces worth"), ordering="from_amount")
    def worth(self, rate: ShippingRate) -> str:
        """Write the value."""
        return minor(rate.from_amount, rate.currency)

    @admin.display(description=_("delivery"), ordering="amount")
    def cost(self, rate: ShippingRate) -> str:
        """Write the price."""
        return shown(rate.price)

    @admin.display(description=_("free from pieces worth"), ordering="free_from_amount")
    def free(self, rate: ShippingRate) -> str:
        """Write from when on it is free."""
        return minor(rate.free_from_amount, rate.currency)


@admin.register(UnservedCountry)
class UnservedCountryAdmin(HistoryAdmin, TranslationAdmin):
    """Countries to which nothing is sent."""

    list_display = ["country", "kind", "is_closed", "reason"]
    list_filter = ["is_closed", "kind"]
    search_fields = ["country", "reason_en", "reason_es"]
    ordering = ["country"]
    fields = ["country", "kind", "reason", "is_closed"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Untick it instead."""
        return False
