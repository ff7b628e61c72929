"""Filters of long lists: what they offer is known, so no row is read to find it out."""

from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

# So many months back a list is filtered by; the search leads to older rows.
MONTHS = 24


class LanguageFilter(admin.SimpleListFilter):
    """Rows of one of the site's languages."""

    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the site's languages."""
        return list(settings.LANGUAGES)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen one's rows."""
        return queryset.filter(language=self.value()) if self.value() else queryset


class MonthFilter(admin.SimpleListFilter):
    """Rows of one of the last months, by the column that a subclass names."""

    title = _("month")
    parameter_name = "month"
    column = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the last months, the present one first."""
        today = timezone.localdate()
        count = today.year * 12 + today.month - 1
        months = [date(n // 12, n % 12 + 1, 1) for n in range(count, count - MONTHS, -1)]
        return [(f"{month:%Y-%m}", date_format(month, "YEAR_MONTH_FORMAT")) for month in months]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen month's rows, by the day where the organisation is."""
        try:
            first = date.fromisoformat(f"{self.value() or ''}-01")
        except ValueError:
            return queryset
        after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        zone = timezone.get_default_timezone()
        begin, end = (datetime.combine(day, time.min, zone) for day in (first, after))
        return queryset.filter(**{f"{self.column}__gte": begin, f"{self.column}__lt": end})
