"""Filters of long lists: what they offer is known, so no row is read to find it out."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# So many years back a list is filtered by; the search leads to older rows.
YEARS = 10


class YearFilter(admin.SimpleListFilter):
    """Rows of one of the last years."""

    title = _("year")
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the last years, the present one first."""
        this = timezone.localdate().year
        return [(str(year), str(year)) for year in range(this, this - YEARS, -1)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen one's rows."""
        text = self.value() or ""
        return queryset.filter(year=int(text)) if text.isdecimal() else queryset


class ForeignFilter(admin.SimpleListFilter):
    """Rows in the organisation's currency, or in others."""

    title = _("currency")
    parameter_name = "foreign"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the two."""
        return [("no", settings.BASE_CURRENCY.upper()), ("yes", _("others"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen ones."""
        if self.value() == "no":
            return queryset.filter(currency=settings.BASE_CURRENCY)
        if self.value() == "yes":
            return queryset.exclude(currency=settings.BASE_CURRENCY)
        return queryset
