"""Statements in the admin: read, fetched on paper, issued for a time; every line leads on."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from partners import papers, statements
from partners.models import Entry, Programme, Statement
from weintl.accounts.freshness import fresh_sign_in
from weintl.money.fields import CurrencyField
from weintl.rows import ReadOnlyAdmin, link, link_to, minor, table

# So many movements are shown on the page; the paper has all of them.
SHOWN = 300
FORMS = {"pdf": (papers.as_pdf, "application/pdf"), "csv": (papers.as_csv, "text/csv")}


class IssueForm(forms.Form):
    """For whom, and of which days."""

    programme: Any = forms.ModelChoiceField(
        label=_("programme"), queryset=Programme.objects.order_by("code")
    )
    currency = forms.CharField(
        label=_("currency"), max_length=3, validators=CurrencyField.default_validators
    )
    first = forms.DateField(
        label=_("first day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("A day that is over."),
    )


def day_of(written: str) -> str:
    """Write a day in a form that does not break in a narrow column."""
    return date_format(date.fromisoformat(written), "SHORT_DATE_FORMAT").replace("-", "\u2011")


def _start(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@admin.register(Statement)
class StatementAdmin(ReadOnlyAdmin):
    """Statements: from each line to its entry, from there to the transfers."""

    change_list_template = "partners/admin/statement_list.html"
    list_display = ["number", "programme_link", "currency", "starts_at", "ends_at", "payout_link"]
    list_filter = ["programme", "year", "currency"]
    list_select_related = ["programme", "payout"]
    search_fields = ["number", "programme__code", "payout__number"]
    search_help_text = _("Number, programme or payout")
    date_hierarchy = "issued_at"
    ordering = ["-year", "-sequence"]
    fields = [
        "number", "programme_link", "payout_link", "starts_at", "ends_at", "issued_at",
        "issued_by", "papers", "accounts", "movements", "pending", "sha256",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave the contents where they are while only a list is shown."""
        found = super().get_queryset(request)
        is_list = request.resolver_match and str(request.resolver_match.url_name).endswith(
            "changelist"
        )
        return found.defer("contents") if is_list else found

    @admin.display(description=_("programme"), ordering="programme__code")
    def programme_link(self, statement: Statement) -> str:
        """Lead to the programme."""
        return link_to(statement.programme)

    @admin.display(description=_("payout"))
    def payout_link(self, statement: Statement) -> str:
        """Lead to the payout."""
        return link_to(statement.payout)

    @admin.display(description=_("on paper"))
    def papers(self, statement: Statement) -> str:
        """Lead to PDF and CSV in each language."""
        return format_html_join(
            " · ",
            "{}",
            (
                (
                    link(
                        reverse("admin:partners_statement_paper", args=[statement.pk, code, form]),
                        f"{form.upper()}, {name}",
                    ),
                )
                for form in FORMS
                for code, name in settings.LANGUAGES
            ),
        )

    @admin.display(description=_("accounts"))
    def accounts(self, statement: Statement) -> str:
        """Write openings and closings."""
        said = statement.contents
        return table(
            [_("use"), _("opening"), _("closing")],
            (
                (
                    papers.use_words(row["use"]),
                    minor(row["opening"], said["currency"]),
                    minor(row["closing"], said["currency"]),
                )
                for row in said["accounts"]
            ),
        )

    @admin.display(description=_("movements"))
    def movements(self, statement: Statement) -> str:
        """Write each movement; its first cell leads to the entry with its transfers."""
        said = statement.contents
        uses = {row["account"]: papers.use_words(row["use"]) for row in said["accounts"]}
        rows = (
            (
                link_to(Entry(pk=row["entry"]), papers.reference_words(row)),
                minor(row["amount"], said["currency"]),
                uses[row["account"]],
                day_of(row["booked"] or row["day"]),
                Entry.Kind(row["kind"]).label,
            )
            for row in said["movements"][:SHOWN]
        )
        return table([_("entry"), _("amount"), _("use"), _("day"), _("what")], rows)

    @admin.display(description=_("not paid out yet when this was issued"))
    def pending(self, statement: Statement) -> str:
        """Write what was open, and from when on."""
        said = statement.contents
        uses = {row["account"]: row["use"] for row in said["accounts"]}
        return table(
            [_("amount"), _("use"), _("when")],
            (
                (
                    minor(row["amount"], said["currency"]),
                    papers.use_words(uses[row["account"]]),
                    papers.pending_words(row, get_language() or "en"),
                )
                for row in said["pending"]
            ),
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Offer to issue one, to those who may."""
        may = {"may_act": self.has_act_permission(request)}
        return super().changelist_view(request, {**(extra_context or {}), **may})

    def get_urls(self) -> list[URLPattern]:
        """Add the papers, and the page on which one is issued."""
        view = self.admin_site.admin_view
        return [
            path("issue/", view(self.issue), name="partners_statement_issue"),
            path(
                "<int:pk>/<slug:language>/<slug:form>/",
                view(self.paper),
                name="partners_statement_paper",
            ),
            *super().get_urls(),
        ]

    def paper(self, request: HttpRequest, pk: int, language: str, form: str) -> HttpResponse:
        """Hand out the statement on paper or as a sheet."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if form not in FORMS or language not in dict(settings.LANGUAGES):
            raise Http404
        statement = get_object_or_404(Statement, pk=pk)
        make, kind = FORMS[form]
        answer = HttpResponse(make(statement, language=language), content_type=kind)
        name = f"{statement.number}-{language}.{form}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    @fresh_sign_in
    def issue(self, request: HttpRequest) -> HttpResponse:
        """Ask for whom and of which days, then issue."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        form = IssueForm(request.POST or None, initial={"currency": settings.BASE_CURRENCY})
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                statement = statements.issue(
                    programme=data["programme"],
                    currency=data["currency"],
                    starts_at=_start(data["first"]),
                    ends_at=_start(data["last"] + timedelta(days=1)),
                    actor=request.user,  # type: ignore[arg-type]
                    now=timezone.now(),
                )
            except statements.NotPossible as error:
                form.add_error(None, str(error.message))
            else:
                self.log_addition(request, statement, [{"added": {}}])
                self.message_user(request, _("The statement is issued."), messages.SUCCESS)
                page = reverse("admin:partners_statement_change", args=[statement.pk])
                return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            "title": _("Issue a statement"),
            "form": form,
            "back": reverse("admin:partners_statement_changelist"),
            "words": _("It takes the next number and is never changed or deleted."),
        }
        return TemplateResponse(request, "partners/admin/act.html", context)
