"""Donors in the admin: their gifts, their page, their years."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.admin.ledger import Bounded
from weintl.filters import LanguageFilter
from weintl.rows import ReadOnly, link, link_to, link_to_list, shown, table

from .. import merging, portal, years
from ..models import Donor, DonorMerge, Gift, MailConsent
from ..spreadsheets import DonorSheet
from ..views import years as year_pages
from .donor_acts import DonorActs
from .exporting import Exported

SHOWN = 10


def _merged(merge: DonorMerge) -> str:
    """Return who merged it, and when."""
    words = {
        "who": str(merge.merged_by) if merge.merged_by else gettext("the account's owner"),
        "day": date_format(localtime(merge.merged_at), "SHORT_DATE_FORMAT"),
    }
    return gettext("merged on %(day)s by %(who)s:") % words


class ConsentInline(ReadOnly, admin.TabularInline):
    """What mails a donor asked for. Staff see it and give none in a donor's name."""

    model = MailConsent
    extra = 0
    fields = ["topic", "words", "given_at", "withdrawn_at"]
    ordering = ["-given_at", "-pk"]


@admin.register(Donor)
class DonorAdmin(Exported, DonorActs):
    """Who gives; names may be corrected."""

    resource_class = DonorSheet
    # A list of people with their addresses is for who works with it, not for who reads along.
    export_needs = "change"
    change_list_template = "admin/donations/donor/change_list.html"
    list_display = ["email", "name", "gift_count", "language", "created_at"]
    list_filter = [LanguageFilter, "created_at", ("merged_into", admin.EmptyFieldListFilter)]
    search_fields = ["email", "name", "organisation"]
    ordering = ["-created_at", "-pk"]
    fields = [
        "email",
        "name",
        "organisation",
        "address",
        "language",
        "created_at",
        "standing",
        "yearly",
    ]
    readonly_fields = ["email", "created_at", "standing", "yearly"]
    inlines = [ConsentInline]
    paginator = Bounded
    show_full_result_count = False
    actions = ["close_page"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Donor]:
        """Count the gifts of the rows that are shown."""
        gifts_of = Gift.objects.filter(donor=OuterRef("pk")).order_by().values("donor")
        counted = gifts_of.annotate(all=Count("pk")).values("all")
        return super().get_queryset(request).annotate(counted=Subquery(counted))

    @admin.action(description=_("Close the donor's page and its links"), permissions=["change"])
    def close_page(self, request: HttpRequest, queryset: QuerySet[Donor]) -> None:
        """Sign out every browser in which a donor's page is open, and revoke mailed links."""
        now = timezone.now()
        for donor in queryset.order_by("pk"):
            portal.close(donor, now=now)
            self.log_change(request, donor, gettext("page closed"))
        self.message_user(
            request, _("The pages are closed; donors can ask for a new link."), messages.SUCCESS
        )

    @admin.display(description=_("gifts"))
    def gift_count(self, donor: Any) -> int:
        """Return how often."""
        return donor.counted or 0

    def has_change_permission(self, request: HttpRequest, obj: Donor | None = None) -> bool:
        """Leave alone who was erased or merged: no name comes back there."""
        is_gone = obj is not None and (obj.erased_at is not None or obj.merged_into_id is not None)
        return not is_gone and super().has_change_permission(request, obj)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer the site's languages, and none else."""
        if db_field.name == "language":
            return forms.ChoiceField(label=capfirst(_("language")), choices=settings.LANGUAGES)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Donors come with their first gift."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Gifts need their donor."""
        return False

    @admin.display(description=_("one donor or more"))
    def standing(self, donor: Donor) -> str | SafeString:
        """Lead to whom it was merged into, to who was merged into it, and to look-alikes."""
        if donor.erased_at is not None:
            return gettext("erased")
        if donor.merged_into is not None:
            into = link_to(donor.merged_into)
            return format_html('<p class="fact">{} {}</p>', gettext("merged into"), into)
        lines = [
            (_merged(each), link_to(each.merged, each.merged.email))
            for each in donor.merges.select_related("merged", "merged_by").order_by("pk")
        ]
        name = "admin:donations_donor_merge"
        lines += [
            (gettext("looks like"), link(reverse(name, args=[donor.pk, each.pk]), each.email))
            for each in merging.alike_to(donor)[:SHOWN]
        ]
        return format_html_join("", '<p class="fact">{} {}</p>', lines) or "–"

    @admin.display(description=_("newest gifts"))
    def newest(self, donor: Donor) -> str | SafeString:
        """Lead to the newest gifts, and to all of them."""
        gifts = Gift.objects.filter(donor=donor).select_related("fund")
        rows = table(
            [_("gift"), _("created"), _("fund"), _("state"), _("amount")],
            (
                (
                    link_to(gift),
                    date_format(localtime(gift.created_at), "SHORT_DATE_FORMAT"),
                    gift.fund.name,
                    gift.get_state_display(),
                    shown(gift.money),
                )
                for gift in gifts.order_by("-created_at", "-pk")[:SHOWN]
            ),
        )
        every = link_to_list("donations_gift", _("All gifts"), donor__id__exact=donor.pk)
        return format_html("{}<p>{}</p>", rows, every)

    @admin.display(description=_("yearly statements"))
    def yearly(self, donor: Donor) -> str | SafeString:
        """Lead to the statement of each year, in each language."""
        found = years.years_of(donor, now=timezone.now())
        name = "admin:donations_donor_year"
        lines = (
            (
                f"{each.year}: {', '.join(shown(total) for total in each.totals)}",
                "" if each.is_over else gettext("(provisional)"),
                format_html_join(
                    " · ",
                    "{}",
                    (
                        (link(reverse(name, args=[donor.pk, each.year, code]), code.upper()),)
                        for code, _name in settings.LANGUAGES
                    ),
                ),
            )
            for each in found
        )
        return format_html_join("", '<p class="fact">{} {} {}</p>', lines) or "–"

    def get_urls(self) -> list[URLPattern]:
        """Add the yearly statements."""
        view = self.admin_site.admin_view(self.year)
        name = "donations_donor_year"
        return [
            path("<int:pk>/years/<int:year>/<slug:language>/", view, name=name),
            *super().get_urls(),
        ]

    def year(self, request: HttpRequest, pk: int, year: int, language: str) -> HttpResponse:
        """Hand out a yearly statement, as the donor's own page does."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return year_pages.answer(get_object_or_404(Donor, pk=pk), year, language)
