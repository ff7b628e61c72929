"""Customers in the admin: seen, never edited; an account is deleted for whoever asks by mail."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from weintl.accounts.addresses import confirmed
from weintl.accounts.freshness import fresh_sign_in
from weintl.rows import ReadOnlyAdmin, link_to, link_to_list, shown, table

from .. import accounts, address_book, addresses, erasing
from ..models import Customer, Order
from .acts import sent

SHOWN = 20


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    """Who has an account and no work here. Passwords and factors are nobody's business."""

    change_form_template = "marketplace/admin/customer.html"
    list_display = ["email", "name", "date_joined", "last_login"]
    search_fields = ["email", "first_name", "last_name"]
    search_help_text = _("E-mail or name")
    ordering = ["email", "pk"]
    list_per_page = 50
    fieldsets = [
        (None, {"fields": ["email", "confirmed", "name", "language"]}),
        (_("Dates"), {"fields": ["date_joined", "last_login"]}),
        (_("Shop"), {"fields": ["order_lines", "address_lines", "alert_lines"]}),
    ]
    needs: ClassVar = {
        "order_lines": "marketplace.view_order",
        "alert_lines": "marketplace.view_stockalert",
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        """Leave out who works here: they stand under People."""
        return super().get_queryset(request).filter(is_staff=False, is_superuser=False)

    @admin.display(description=_("name"), ordering="last_name")
    def name(self, customer: Customer) -> str:
        """Write the name, a dash for none."""
        return customer.get_full_name() or "–"

    @admin.display(description=_("confirmed"))
    def confirmed(self, customer: Customer) -> str:
        """Write which addresses are proven: orders of those join the account."""
        return ", ".join(confirmed(customer)) or "–"

    @admin.display(description=_("orders"))
    def order_lines(self, customer: Customer) -> str:
        """Lead to the newest orders, and to all of them."""
        rows = Order.objects.filter(customer=customer).order_by("-placed_at", "-pk")[:SHOWN]
        found = table(
            [_("order"), _("state"), _("total"), _("placed")],
            (
                (
                    link_to(order),
                    order.get_state_display(),
                    shown(order.total),
                    date_format(localtime(order.placed_at), "SHORT_DATE_FORMAT"),
                )
                for order in rows
            ),
        )
        every = link_to_list("marketplace_order", _("All orders"), customer__id__exact=customer.pk)
        return format_html_join("", "{}", ((found,), (every,))) if rows else "–"

    @admin.display(description=_("addresses"))
    def address_lines(self, customer: Customer) -> str:
        """Write the address book, one line each."""
        found = address_book.of(customer)
        lines = (
            (each.label, ", ".join(addresses.lines(each)), countries.name(str(each.country)))
            for each in found
        )
        return format_html_join("", "<p><b>{}</b> {}, {}</p>", lines) or "–"

    @admin.display(description=_("mails when they are back"))
    def alert_lines(self, customer: Customer) -> str:
        """Lead to the pieces that are waited for."""
        return format_html_join("", "<p>{}</p>", self._alerts(customer)) or "–"

    def _alerts(self, customer: Customer) -> list[tuple[str]]:
        return [(link_to(each, each.variant.title),) for each in accounts.alerts_of(customer)]

    def get_urls(self) -> list[URLPattern]:
        """Add the page that deletes an account."""
        page = self.admin_site.admin_view(self.erase_view)
        return [
            path("<int:pk>/erase/", page, name="marketplace_customer_erase"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Offer the deletion to whoever may do it."""
        may_erase = self.has_act_permission(request)
        known = {**(extra_context or {}), "may_erase": may_erase}
        return super().change_view(request, object_id, form_url, known)

    @fresh_sign_in
    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say what goes and what stays; then delete the account for whoever asked by mail."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        customer = get_object_or_404(self.get_queryset(request), pk=pk)
        now, form = timezone.now(), Form(sent(request))
        if form.is_valid():
            try:
                erasing.delete_account(user_id=pk, now=now)
            except erasing.NotPossible as error:
                form.add_error(None, str(error.message))
            else:
                self.message_user(request, _("The account is deleted."), messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:marketplace_customer_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Delete the account"),
            "opts": self.opts,
            "row": customer.email,
            "back": reverse("admin:marketplace_customer_change", args=[pk]),
            "form": form,
            "words": _("Only when the person asked from this address. It cannot be undone."),
            "effects": _effects(erasing.plan(user=customer, now=now)),
        }
        return TemplateResponse(request, "marketplace/admin/act.html", context)


def _effects(plan: erasing.Plan) -> list[tuple[Any, Any]]:
    """Return what the deletion does, a line each."""
    numbers = ", ".join(order.number for order in plan.ready)
    lines: list[tuple[Any, Any]] = [
        (_("deleted"), _("sign-in, name, addresses, wishes for a mail, cart")),
    ]
    if numbers:
        lines.append((_("lose name, address and mails"), numbers))
    lines += [(_("erased later, by itself"), f"{w.order.number}: {w.words}") for w in plan.waiting]
    lines.append((_("stays"), _("amounts, invoices with their buyer, gifts")))
    return lines
