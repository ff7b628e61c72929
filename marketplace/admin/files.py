"""Tables in and out: what a file would change is shown first, then taken over whole."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from weintl.accounts.freshness import fresh_sign_in
from weintl.rows import ReadOnlyAdmin

from .. import stock
from ..models import CatalogueFile
from ..spreadsheets import files, reading

ADD = "marketplace.add_cataloguefile"
ON_PAGE = 300
SHOWN_ERRORS = 500


class FileForm(forms.Form):
    """Which table, and the file."""

    kind = forms.ChoiceField(label=_("table"), choices=CatalogueFile.Kind)
    file = forms.FileField(
        label=_("file"),
        help_text=_("CSV in UTF-8, at most 5,000 rows. Columns may be left out."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        upload = self.cleaned_data["file"]
        if upload.size > reading.LARGEST_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB. Split it into several."))
        return upload


@admin.register(CatalogueFile)
class CatalogueFileAdmin(ReadOnlyAdmin):
    """Files that were brought, what they change, and the tables to take along."""

    change_list_template = "marketplace/admin/file_list.html"
    list_display = ["name", "kind", "brought_at", "brought_by", "standing"]
    list_filter = ["kind"]
    list_select_related = ["brought_by"]
    date_hierarchy = "brought_at"
    search_fields = ["name"]
    ordering = ["-brought_at", "-pk"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave the bytes where they are."""
        return super().get_queryset(request).defer("content")

    @admin.display(description=_("state"))
    def standing(self, row: CatalogueFile) -> str:
        """Say what became of it."""
        if row.applied_at:
            return str(_("taken over"))
        return str(_("has mistakes")) if row.findings["errors"] else str(_("waits"))

    def get_urls(self) -> list[URLPattern]:
        """Add bringing, taking over, and the tables."""
        view, name = self.admin_site.admin_view, "marketplace_cataloguefile"
        return [
            path("bring/", view(self.bring), name=f"{name}_bring"),
            path("<int:pk>/apply/", view(self.apply), name=f"{name}_apply"),
            path("table/<slug:kind>.csv", view(self.csv), name=f"{name}_csv"),
            *super().get_urls(),
        ]

    def _hold(self, request: HttpRequest) -> None:
        if not request.user.has_perm(ADD):
            raise PermissionDenied

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def bring(self, request: HttpRequest) -> HttpResponse:
        """Ask for a file, then show what it would change."""
        self._hold(request)
        usual = request.GET.get("kind", "products")
        form = FileForm(request.POST or None, request.FILES or None, initial={"kind": usual})
        if request.method == "POST" and form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                kept = files.bring(
                    kind=form.cleaned_data["kind"],
                    name=upload.name,
                    data=upload.read(),
                    actor=request.user,
                    now=timezone.now(),
                )
            except files.WrongFile as error:
                form.add_error("file", str(error))
            else:
                return HttpResponseRedirect(self._page(kept.pk))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Bring a file"),
            "form": form,
            "kinds": [
                (kind, label, ", ".join(files.columns(kind)))
                for kind, label in CatalogueFile.Kind.choices
            ],
        }
        return TemplateResponse(request, "marketplace/admin/file_bring.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show what a file changes or changed, and what is wrong with it."""
        if not self.has_view_permission(request) or request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        if not object_id.isdecimal():
            raise Http404
        row = get_object_or_404(self.get_queryset(request), pk=int(object_id) % 2**63)
        found = row.findings
        page = Paginator(found["changes"], ON_PAGE).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": row.name,
            "row": row,
            "found": found,
            "errors": found["errors"][:SHOWN_ERRORS],
            "more_errors": max(len(found["errors"]) - SHOWN_ERRORS, 0),
            "page": page,
            "may_apply": (
                request.user.has_perm(ADD)
                and not row.applied_at
                and not found["errors"]
                and (found["changes"] or found.get("books"))
            ),
        }
        return TemplateResponse(request, "marketplace/admin/file.html", context)

    @method_decorator(require_POST)
    def apply(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a file over."""
        self._hold(request)
        row = get_object_or_404(CatalogueFile.objects.defer("content"), pk=pk)
        return (
            self._apply_money(request, pk)
            if row.findings.get("money")
            else self._apply(request, pk)
        )

    @fresh_sign_in
    def _apply_money(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take over what writes into the ledger: a fresh proof of who it is comes first."""
        return self._apply(request, pk)

    def _apply(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            files.apply(file_id=pk, actor=request.user, now=timezone.now())
        except (files.NotPossible, stock.Busy) as error:
            self.message_user(request, error.message, messages.ERROR)
        else:
            self.message_user(request, _("The file is taken over."), messages.SUCCESS)
        return HttpResponseRedirect(self._page(pk))

    @method_decorator(require_safe)
    def csv(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Hand out a table, no cell a formula."""
        self._hold(request)
        if kind not in CatalogueFile.Kind.values:
            raise Http404
        answer = HttpResponse(files.as_csv(kind), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{kind}-{localdate()}.csv"'
        return answer

    def _page(self, pk: int) -> str:
        return reverse("admin:marketplace_cataloguefile_change", args=[pk])
