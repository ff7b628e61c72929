"""The trial balance as a page and as CSV."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from partners import closing, trial_balance
from partners.models import Account
from partners.trial_balance import Line, TrialBalance
from weintl.rows import link_to_list, minor


class SpanForm(forms.Form):
    """Up to which day, and from which."""

    since = forms.DateField(
        label=_("from"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    until = forms.DateField(
        label=_("up to"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


def months(*, today: date, count: int = 6) -> list[tuple[date, date]]:
    """Return the first and the last day of the latest months, the newest first."""
    found, first = [], today.replace(day=1)
    for _number in range(count):
        found.append((first, closing.next_month(first) - timedelta(days=1)))
        first = (first - timedelta(days=1)).replace(day=1)
    return found


def page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show the trial balance, or hand it out with `?format=csv`. Raises PermissionDenied."""
    if not request.user.has_perm("partners.view_account"):
        raise PermissionDenied
    form, today = SpanForm(request.GET), localdate()
    given = form.cleaned_data if form.is_valid() else {}
    since, until = given.get("since"), given.get("until") or today
    found = trial_balance.of(until=until, since=since)
    if request.GET.get("format") == "csv":
        name = f"trial-balance-{since}-{until}.csv" if since else f"trial-balance-{until}.csv"
        answer = HttpResponse(trial_balance.as_csv(found), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    return TemplateResponse(
        request,
        "partners/admin/trial_balance.html",
        {
            **context,
            "title": _("Trial balance"),
            "form": SpanForm(initial={"since": since, "until": until}),
            "since": since,
            "until": until,
            "months": months(today=today),
            "tables": [_shown(one, is_span=since is not None) for one in found],
        },
    )


def _shown(one: TrialBalance, *, is_span: bool) -> dict[str, Any]:
    return {
        "currency": one.currency.upper(),
        "is_balanced": one.is_balanced,
        "rows": [_row(line, is_span=is_span) for line in one.lines],
        "sums": [
            minor(amount, one.currency)
            for amount in (one.debits, one.credits, one.debit_balances, one.credit_balances)
        ],
    }


def _row(line: Line, *, is_span: bool) -> dict[str, Any]:
    amounts = (
        *([line.brought_forward] if is_span else []),
        line.debits,
        line.credits,
        max(line.balance, 0),
        max(-line.balance, 0),
    )
    return {
        "account": link_to_list("partners_transfer", line.code, account=line.account_id),
        "kind": Account.Kind(line.kind).label,
        "amounts": [minor(amount, line.currency) if amount else "" for amount in amounts],
    }
