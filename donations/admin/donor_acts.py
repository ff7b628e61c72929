"""Acts on donors in the admin: find look-alikes, merge two, erase one who asked by mail."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from weintl.accounts.freshness import fresh_sign_in
from weintl.rows import shown

from .. import erasing, merging, overview
from ..models import Donor


class DonorActs(admin.ModelAdmin):
    """Pages of acts, beside Django's own."""

    def get_urls(self) -> list[URLPattern]:
        """Add look-alikes, merging and erasing."""
        wrap = self.admin_site.admin_view
        return [
            path("duplicates/", wrap(self.duplicates), name="donations_donor_duplicates"),
            path("<int:pk>/merge/<int:other>/", wrap(self.merge), name="donations_donor_merge"),
            path("<int:pk>/erase/", wrap(self.erase), name="donations_donor_erase"),
            *super().get_urls(),
        ]

    def duplicates(self, request: HttpRequest) -> HttpResponse:
        """List donors that look like one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Donors that look like one"),
            "opts": self.opts,
            "groups": merging.groups(),
            "may_merge": self.has_change_permission(request),
        }
        return TemplateResponse(request, "admin/donations/donor/duplicates.html", context)

    def merge(self, request: HttpRequest, pk: int, other: int) -> HttpResponse:
        """Show two donors side by side; merge the second into the first."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        stays, goes = (get_object_or_404(Donor, pk=each) for each in (pk, other))
        if stays == goes:
            raise Http404
        problem = ""
        if request.method == "POST":
            try:
                done = merging.merge(
                    survivor_id=pk, other_id=other, actor=request.user, now=timezone.now()
                )
            except merging.NotPossible as error:
                problem = str(error.message)
            else:
                for donor in (stays, goes):
                    self.log_change(request, donor, str(done))
                self.message_user(request, _("The two are one donor now."), messages.SUCCESS)
                return self._to(pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Merge two donors"),
            "opts": self.opts,
            "stays": stays,
            "goes": goes,
            "rows": _compared(stays, goes),
            "problem": problem,
        }
        return TemplateResponse(request, "admin/donations/donor/merge.html", context)

    @fresh_sign_in
    def erase(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say what goes and what stays; then erase a donor who asked by mail."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        donor = get_object_or_404(Donor.objects.live(), pk=pk)
        now = timezone.now()
        if request.method == "POST":
            is_done = erasing.erase(donor, now=now)
            donor.refresh_from_db()
            words = (
                _("The donor is erased.")
                if is_done
                else _("Something is still open; the donor is erased by itself once it is settled.")
            )
            self.log_change(request, donor, str(words))
            self.message_user(request, words, messages.SUCCESS)
            if not is_done:
                return self._to(pk)
            return HttpResponseRedirect(reverse("admin:donations_donor_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Erase the donor"),
            "opts": self.opts,
            "donor": donor,
            "plan": erasing.plan(donor, now=now),
        }
        return TemplateResponse(request, "admin/donations/donor/erase.html", context)

    def _to(self, pk: int) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:donations_donor_change", args=[pk]))


def _compared(stays: Donor, goes: Donor) -> list[tuple[Any, str, str]]:
    """Return what is known of both, a line each."""
    pair = (stays, goes)
    lines: list[tuple[Any, list[str]]] = [
        (_("e-mail"), [donor.email for donor in pair]),
        (_("name"), [donor.name or "–" for donor in pair]),
        (_("organisation"), [donor.organisation or "–" for donor in pair]),
        (_("postal address"), [donor.address or "–" for donor in pair]),
        (_("known since"), [_day(donor) for donor in pair]),
        (_("gifts"), [_totals(donor) for donor in pair]),
    ]
    return [(name, *values) for name, values in lines]  # type: ignore[misc]


def _day(donor: Donor) -> str:
    return date_format(localtime(donor.created_at), "SHORT_DATE_FORMAT")


def _totals(donor: Donor) -> str:
    found = overview.totals_of(donor)
    return " · ".join(f"{total.count}: {shown(total.money)}" for total in found) or "–"
