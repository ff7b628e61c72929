"""Closing months: what stands in the way, a proposal, and the second person's approval."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from partners import closing
from partners.closing import Obstacle
from partners.models import ClosedMonth
from weintl.accounts.freshness import fresh_sign_in
from weintl.rows import ReadOnlyAdmin, link, minor, table

LIST = "admin:partners_closedmonth_changelist"
# Who closes a month must be able to look into what would stand in the way.
SEES_QUEUES = "payments.view_difference"


@admin.register(ClosedMonth)
class ClosedMonthAdmin(ReadOnlyAdmin):
    """Months that are closed, and the one that is proposed."""

    change_list_template = "partners/admin/closedmonth_list.html"
    change_form_template = "partners/admin/closedmonth_change.html"
    list_display = ["__str__", "proposed_by", "approved_by", "approved_at", "entries"]
    list_select_related = ["proposed_by", "approved_by"]
    search_fields = ["proposed_by__email", "approved_by__email"]
    ordering = ["-month"]
    fieldsets = [
        (None, {"fields": ["month", "approved_at", "is_single_handed", "span"]}),
        (_("Who"), {"fields": ["proposed_by", "proposed_at", "approved_by"]}),
        (_("Frozen"), {"fields": ["entries", "chain_position", "chain_digest", "shown_totals"]}),
    ]
    readonly_fields = ["shown_totals", "span"]

    @admin.display(description=_("trial balance"))
    def span(self, row: ClosedMonth) -> str:
        """Lead to the trial balance of the month."""
        last = closing.next_month(row.month) - timedelta(days=1)
        query = urlencode({"since": row.month.isoformat(), "until": last.isoformat()})
        return link(f"{reverse('admin:partners_trial_balance')}?{query}", _("Show"))

    @admin.display(description=_("totals"))
    def shown_totals(self, row: ClosedMonth) -> str:
        """Write the frozen totals."""
        return table(
            [_("account"), _("debits"), _("credits"), _("debits to the end"),
             _("credits to the end")],
            (
                (code, *(minor(amount, code.split(":")[1]) for amount in amounts))
                for code, amounts in sorted(row.totals.items())
            ),
        )  # fmt: skip

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Let finance act: who may change months and see what the provider's side says."""
        return super().has_act_permission(request) and request.user.has_perm(SEES_QUEUES)

    def get_urls(self) -> list[URLPattern]:
        """Add the pages on which a month is proposed and closed."""

        def view(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
            return self.admin_site.admin_view(self._for_finance(page))

        return [
            path("propose/", view(self.propose), name="partners_closedmonth_propose"),
            path("<int:pk>/close/", view(self.close), name="partners_closedmonth_close"),
            path("<int:pk>/withdraw/", view(self.withdraw), name="partners_closedmonth_withdraw"),
            *super().get_urls(),
        ]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    @fresh_sign_in
    def propose(self, request: HttpRequest) -> HttpResponse:
        """Show what stands in the way of the oldest open month; propose it where nothing does."""
        month = closing.oldest_open()
        if request.method == "POST" and month:
            try:
                closing.propose(
                    month=month,
                    actor=request.user,  # type: ignore[arg-type]
                    now=timezone.now(),
                )
            except closing.NotPossible as error:
                messages.error(request, error.message)
            else:
                messages.success(request, _("Proposed. Another person closes the month."))
                return HttpResponseRedirect(reverse(LIST))
        found = closing.obstacles(month=month, now=timezone.now()) if month else []
        proposed = ClosedMonth.objects.filter(approved_at=None).first()
        return self._ask(
            request,
            title=_("Propose a month for closing"),
            name=date_format(month, "YEAR_MONTH_FORMAT") if month else "",
            found=found,
            proposed=proposed,
            may=bool(month) and not found and not proposed,
            words=_("Propose"),
        )

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    @fresh_sign_in
    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, then close a proposed month for ever."""
        row = get_object_or_404(ClosedMonth, pk=pk)
        if request.method == "POST":
            try:
                closing.approve(
                    closing_id=row.pk,
                    actor=request.user,  # type: ignore[arg-type]
                    now=timezone.now(),
                    four_eyes=settings.FOUR_EYES,
                )
            except closing.NotPossible as error:
                messages.error(request, error.message)
            else:
                messages.success(request, _("The month is closed."))
                return HttpResponseRedirect(reverse(LIST))
        found = [] if row.approved_at else closing.obstacles(month=row.month, now=timezone.now())
        return self._ask(
            request,
            title=_("Close this month for ever?"),
            name=str(row),
            found=found,
            proposed=None,
            may=not found and not row.approved_at,
            words=_("Close it for ever"),
        )

    @method_decorator(require_POST)
    @fresh_sign_in
    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a proposal back."""
        if closing.withdraw(closing_id=pk):
            messages.success(request, _("The proposal is taken back."))
        return HttpResponseRedirect(reverse(LIST))

    def _for_finance(self, page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """Refuse others before anything else, also before they are asked who they are."""

        @wraps(page)
        def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if not self.has_act_permission(request):
                raise PermissionDenied
            return page(request, **kwargs)

        return wrapped

    def _ask(self, request: HttpRequest, *, found: list[Obstacle], **more: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "obstacles": [(one.label, one.count, _address(one)) for one in found],
            **more,
        }
        return TemplateResponse(request, "partners/admin/closing.html", context)


def _address(one: Obstacle) -> str:
    if not one.model:
        return ""
    try:
        address = reverse(f"admin:{one.model}_changelist")
    except NoReverseMatch:
        return ""
    return f"{address}?{urlencode(one.query)}" if one.query else address
