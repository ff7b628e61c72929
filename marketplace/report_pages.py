"""Reports for staff: sales by what they choose, and what stands on the shelves."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners import closing
from weintl import bars
from weintl.rows import link_to_list, minor

from . import reports
from .reports import By, Report, Sales

RIGHTS = ("marketplace.view_order", "marketplace.view_stock")
# So many rows are drawn and listed, and these columns; the CSV has all of them.
DRAWN, LISTED = 12, 200
COLUMNS = ("pieces", "net", "returned_net", "left", "makers", "programmes")


class ReportForm(forms.Form):
    """What to sum by, and of which days."""

    by = forms.ChoiceField(label=gettext_lazy("by"), choices=By.choices, initial=By.PRODUCT)
    since = forms.DateField(
        label=gettext_lazy("from"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    until = forms.DateField(
        label=gettext_lazy("up to"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        given = super().clean() or {}
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", _("The last day lies before the first."))
        return given


def spans(*, today: date) -> list[tuple[Any, date, date]]:
    """Return the usual spans: words, first day, last day."""
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    year = today.replace(month=1, day=1)
    last_year = year - timedelta(days=1)
    return [
        (_("this month"), month, closing.next_month(month) - timedelta(days=1)),
        (_("last month"), before.replace(day=1), before),
        (_("this quarter"), quarter, today),
        (_("this year"), year, today),
        (_("last year"), last_year.replace(month=1, day=1), last_year),
    ]


def sales_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show what was sold, or hand it out with `?format=csv`. Raises PermissionDenied."""
    _hold(request)
    today = timezone.localdate()
    usual: dict[str, Any] = {
        "by": By.MONTH.value,
        "since": today.replace(month=1, day=1),
        "until": today,
    }
    form = ReportForm({**usual, **request.GET.dict()})
    report = None
    if form.is_valid():
        given = form.cleaned_data
        report = reports.sales(by=By(given["by"]), since=given["since"], until=given["until"])
        if request.GET.get("format") == "csv":
            name = f"sales-{given['by']}-{given['since']}-{given['until']}.csv"
            return _file(reports.as_csv(report), name)
    given = form.cleaned_data if report else usual
    return TemplateResponse(
        request,
        "marketplace/admin/reports.html",
        {
            **context,
            "title": _("Sales"),
            "form": form,
            "report": report and _shown(report),
            "csv": urlencode({**_plain(given), "format": "csv"}),
            "spans": [
                (words, urlencode({**_plain(given), "since": str(first), "until": str(last)}))
                for words, first, last in spans(today=today)
            ],
            "kinds": [
                (By(value).label, urlencode({**_plain(given), "by": value}), value == given["by"])
                for value in By.values
            ],
        },
    )


def shelves_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show what stands on the shelves and what does not move. Raises PermissionDenied."""
    _hold(request)
    now, currency = timezone.now(), settings.BASE_CURRENCY
    found = reports.shelves(now=now)
    slow = reports.slow_movers(now=now)
    return TemplateResponse(
        request,
        "marketplace/admin/shelves.html",
        {
            **context,
            "title": _("On the shelves"),
            "rows": [
                (
                    one.programme,
                    one.owned,
                    minor(one.cost, currency),
                    one.consigned,
                    minor(one.pay, currency),
                    one.unknown,
                )
                for one in found
            ],
            "total": (
                sum(one.owned for one in found),
                minor(sum(one.cost for one in found), currency),
                sum(one.consigned for one in found),
                minor(sum(one.pay for one in found), currency),
            ),
            "has_unknown": any(one.unknown for one in found),
            "days": reports.SLOW_AFTER.days,
            "is_cut": len(slow) == reports.MOST_SLOW,
            "slow": [
                (
                    link_to_list("marketplace_stock", one.words, variant=one.variant_id),
                    one.programme,
                    one.pieces,
                    minor(one.cost, currency) if one.cost else "",
                    one.last,
                )
                for one in slow
            ],
        },
    )


def _hold(request: HttpRequest) -> None:
    if not request.user.has_perms(RIGHTS):
        raise PermissionDenied


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _plain(given: dict[str, Any]) -> dict[str, str]:
    return {name: str(given[name]) for name in ("by", "since", "until")}


def _shown(report: Report) -> dict[str, Any]:
    currency = settings.BASE_CURRENCY
    drawn = bars.draw([(row.words, "", row.sales.left) for row in report.rows[:DRAWN]], currency)
    return {
        "by": report.by.label,
        "currency": currency.upper(),
        "bars": drawn,
        "height": bars.height(drawn),
        "drawn": DRAWN if len(report.rows) > DRAWN else 0,
        "heads": [reports.HEADS[name] for name in COLUMNS],
        "rows": [(row.words, _cells(row.sales)) for row in report.rows[:LISTED]],
        "more": max(len(report.rows) - LISTED, 0),
        "total": _cells(report.total),
    }


def _cells(sales: Sales) -> list[Any]:
    return [
        value if name in reports.COUNTS else minor(value, settings.BASE_CURRENCY)
        for name in COLUMNS
        for value in [getattr(sales, name)]
    ]
