"""A list in the admin as a CSV file: what its filters and its search have left, row by row."""

import codecs
import logging
from itertools import chain
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from partners.sheets import lines

from ..spreadsheets import Sheet

logger = logging.getLogger(__name__)
# Without it a spreadsheet takes the accents of names for two letters each.
MARK = codecs.BOM_UTF8


class Exported(admin.ModelAdmin):
    """Offers the whole list as a file, to who may."""

    change_list_template = "admin/donations/exported_list.html"
    resource_class: type[Sheet]
    # Of the model's rights, the one that it takes.
    export_needs = "view"

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Say whether somebody may take the list along."""
        name = f"{self.opts.app_label}.{self.export_needs}_{self.opts.model_name}"
        return request.user.has_perm(name)

    def get_urls(self) -> list[URLPattern]:
        """Add the file."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name=name), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Offer the file of what is listed."""
        known = {
            "may_export": self.has_export_permission(request),
            "export_name": f"admin:{self.opts.app_label}_{self.opts.model_name}_export",
            "asked": request.GET.urlencode(),
        }
        return super().changelist_view(request, {**known, **(extra_context or {})})

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """Send the list as its filters and its search have left it."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        try:
            listed = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            # As the list itself answers a filter that there is not.
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
            return HttpResponseRedirect(f"{reverse(name)}?e=1")
        logger.info(
            "rows.exported", extra={"model": self.opts.label_lower, "user": request.user.pk}
        )
        return self.as_sheet(listed)

    def as_sheet(self, rows: QuerySet[Any]) -> StreamingHttpResponse:
        """Return rows as a file that is written while it is read."""
        sheet = self.resource_class()
        answer = StreamingHttpResponse(
            chain([MARK], lines(sheet.head(), sheet.cells(rows))),
            content_type="text/csv; charset=utf-8",
        )
        day = timezone.localdate().isoformat()
        name = f"{self.opts.model_name}s-{day}.csv"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
