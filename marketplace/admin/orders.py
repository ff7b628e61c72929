"""Orders in the admin: money is read, never typed; what happens to an order is an act."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from partners.admin.ledger import Bounded, entry_table
from partners.models import Entry
from weintl.accounts.freshness import fresh_sign_in
from weintl.filters import LanguageFilter, MonthFilter
from weintl.mail.admin import mail_table
from weintl.mail.models import Mail
from weintl.money.formatting import format_money
from weintl.payments import refunds
from weintl.rows import ReadOnlyAdmin, link, link_to, minor, shown, table

from .. import addresses, orders, returns, slips
from ..models import Order, Unit, VoucherUse
from . import consequences
from . import entering as over_the_counter
from .acts import Acting, NameForm, ReasonForm, RefundForm, new_key, sent
from .entering import Entering
from .invoices import invoice_table
from .order_parts import LineInline, RefundInline, UnnamedFilter, entries_of, unit_table
from .printing import Printing
from .sending import Sending, back_of, offered
from .telling import Telling

BREAK = mark_safe("<br>")
HEAD: Any = ["number", "state", "placed_at", "paid_at", "due_on", "page_link"]
HEAD += ["channel", "entered_by", "is_handed_over", "staff_discount_reason"]
MONEY: Any = ["shown_goods", "shown_discount", "shown_shipping", "shown_tax", "shown_gift"]
MONEY += ["shown_total"]
MONEY += ["shown_refunded"]


class PlacedFilter(MonthFilter):
    """Orders by the month in which they were placed."""

    column = "placed_at"


@admin.register(Order)
class OrderAdmin(Acting, Entering, Sending, Printing, Telling, ReadOnlyAdmin):
    """Orders, with payment, mails and ledger entries one step away."""

    change_form_template = "marketplace/admin/order.html"
    change_list_template = "marketplace/admin/order_list.html"
    list_display = [
        "number",
        "name",
        "shown_total",
        "state",
        "placed_at",
        "country",
        "payment_link",
    ]
    list_filter = ["state", "channel", UnnamedFilter, PlacedFilter, LanguageFilter]
    search_fields = ["number", "email", "name", "lines__product_name", "payment__intent_id"]
    search_help_text = _("Number, name, e-mail, piece, or the provider's id of the payment")
    list_select_related = ["payment"]
    paginator = Bounded
    ordering = ["-placed_at", "-pk"]
    inlines = [LineInline, RefundInline]
    actions = ["print_slips", "renew_link"]
    fieldsets = [
        (None, {"fields": HEAD}),
        (_("Money"), {"fields": [*MONEY, "invoice_lines"]}),
        (_("Pieces"), {"fields": ["unit_lines", "shipment_lines", "delay_lines", "return_lines"]}),
        (_("Follow it"), {"fields": ["payment_link", "gift_link", "entry_links", "mail_links"]}),
        (_("Parcel"), {"fields": ["name", "address", "email", "language", "customer_link"]}),
        (_("Present"), {"fields": ["hides_prices", "message"]}),
    ]
    needs: ClassVar = {
        "customer_link": "marketplace.view_customer",
        "invoice_lines": "marketplace.view_invoice",
        "return_lines": "marketplace.view_returnrequest",
        "payment_link": "payments.view_payment",
        "gift_link": "donations.view_gift",
        "entry_links": "partners.view_entry",
        "mail_links": "mail.view_mail",
    }

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        """Let the ledger lead to the order of a piece, and a product to its orders."""
        known = lookup in (
            "lines__units__id__exact",
            "lines__variant__product",
            "customer__id__exact",
        )
        return known or super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("payment"), ordering="payment__state")
    def payment_link(self, order: Order) -> str:
        """Link the payment by its state: its number is the order's."""
        return link_to(order.payment, order.payment.get_state_display() if order.payment else "")

    @admin.display(description=_("customer"))
    def customer_link(self, order: Order) -> str:
        """Lead to the account it belongs to; say if its names were erased, or are to be."""
        if order.erased_at or order.erase_asked_at:
            return str(_("account deleted") if order.erased_at else _("account deleted, name goes"))
        if order.customer is None or order.customer.is_staff:
            return order.customer.email if order.customer else "–"
        page = reverse("admin:marketplace_customer_change", args=[order.customer.pk])
        return link(page, order.customer.email)

    @admin.display(description=_("discount"))
    def shown_discount(self, order: Order) -> SafeString | str:
        """Write the discount and lead to its voucher."""
        use = VoucherUse.objects.filter(order=order).select_related("voucher").first()
        if use is None:
            return shown(order.discount)
        return format_html("{} · {}", shown(order.discount), link_to(use.voucher))

    @admin.display(description=_("gift added"))
    def shown_gift(self, order: Order) -> str:
        """Write the gift that was paid with it."""
        return shown(order.gift_money)

    @admin.display(description=_("refunded"))
    def shown_refunded(self, order: Order) -> str:
        """Write what went back so far."""
        payment = order.payment
        return minor(payment.refunded_amount, payment.currency) if payment else "–"

    @admin.display(description=_("total"), ordering="total_amount")
    def shown_total(self, order: Order) -> str:
        """Write the total."""
        return shown(order.total)

    @admin.display(description=_("pieces, before discounts"))
    def shown_goods(self, order: Order) -> str:
        """Write the price of the pieces."""
        return shown(order.goods)

    @admin.display(description=_("delivery"))
    def shown_shipping(self, order: Order) -> str:
        """Write the delivery."""
        return shown(order.shipping)

    @admin.display(description=_("tax"))
    def shown_tax(self, order: Order) -> str:
        """Write the tax."""
        return shown(order.tax)

    @admin.display(description=_("address"))
    def address(self, order: Order) -> SafeString:
        """Write it as on the parcel."""
        rows = [*addresses.lines(order), str(order.country.name)]  # type: ignore[attr-defined]
        return format_html_join(BREAK, "<bdi>{}</bdi>", ((row,) for row in rows))

    @admin.display(description=_("gift"))
    def gift_link(self, order: Order) -> str | SafeString:
        """Link the gift that was paid with it."""
        return link_to(order.gift)

    @admin.display(description=_("invoices"))
    def invoice_lines(self, order: Order) -> str | SafeString:
        """Write what was issued for it, and lead to the papers."""
        return invoice_table(order)

    @admin.display(description=_("buyer's page"))
    def page_link(self, order: Order) -> SafeString:
        """Link the page behind the buyer's link."""
        return format_html('<a href="{}">{}</a>', order.get_absolute_url(), order.number)

    @admin.display(description=_("pieces"))
    def unit_lines(self, order: Order) -> str:
        """Write each piece, what it pays for, and by which rule."""
        return unit_table(order)

    @admin.display(description=_("returns"))
    def return_lines(self, order: Order) -> str | SafeString:
        """Lead to what the buyer wants to send back."""
        rows = order.return_requests.select_related("order").order_by("asked_at", "pk")
        head = [_("return"), _("state"), _("reason")]
        return table(
            head,
            ((link_to(row), row.get_state_display(), row.get_reason_display()) for row in rows),
        )

    @admin.display(description=_("ledger entries"))
    def entry_links(self, order: Order) -> str | SafeString:
        """Link the entries that speak of this order."""
        return entry_table(Entry.objects.filter(entries_of(order)))

    @admin.display(description=_("mails"))
    def mail_links(self, order: Order) -> str | SafeString:
        """Link the mails that this order caused."""
        return mail_table(Mail.objects.caused_by(f"order:{order.pk}"))

    @admin.action(description=_("Make the link to the buyer's page anew"), permissions=["act"])
    def renew_link(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        """Let the old link lead nowhere; the new one is mailed."""
        for pk in queryset.order_by("pk").values_list("pk", flat=True):
            orders.renew_link(order_id=pk, now=timezone.now())
        self.message_user(request, _("The old links lead nowhere now."), messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        """Add a page for each act."""
        acts: dict[str, Callable[..., HttpResponse]] = {
            **self.packing(),
            **self.recording(),
            "timeline": self.timeline_view,
            "slip": self.slip_view,
            "cancel": self.cancel_view,
            "refund": self.refund_view,
        }
        found = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(view),
                name=f"marketplace_order_{name}",
            )
            for name, view in acts.items()
        ]
        name_view = self.admin_site.admin_view(self.name_view)
        found.append(path("<int:pk>/name/<int:link_pk>/", name_view, name="marketplace_order_name"))
        give = self.admin_site.admin_view(self.give_back_view)
        back = "<int:pk>/give-back/<int:refund_pk>/"
        found.append(path(back, give, name="marketplace_order_give_back"))
        enter = self.admin_site.admin_view(self.enter_view)
        found.append(path("enter/", enter, name="marketplace_order_enter"))
        return [*found, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Offer the acts to who may do them, where the pieces allow them."""
        is_key = object_id.isascii() and object_id.isdigit()
        states = set(
            Unit.objects.filter(line__order_id=object_id).values_list("state", flat=True)
            if is_key
            else []
        )
        acts = ["timeline", *offered(request, states)]
        acts += ["slip"] if states - {*slips.GONE} else []
        if request.user.has_perm("payments.change_refund") and states:
            acts += ["refund"]
            acts += ["cancel"] if states == {Unit.State.PAID} else []
        rows = Order.objects.select_related("payment")
        order = rows.filter(pk=object_id if is_key else 0).first()
        more = over_the_counter.offered(request, order) if order else []
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "acts": acts, "more": more}
        )

    @fresh_sign_in
    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Cancel an order that was not sent, and give all of it back."""
        order = self._order(request, pk, "payments.change_refund")
        form = ReasonForm(sent(request), initial={"key": new_key()})

        def act() -> None:
            returns.cancel(
                order_id=pk,
                reason=form.cleaned_data["reason"],
                request_key=f"order:{pk}:{form.cleaned_data['key']}",
                actor=request.user,
                now=timezone.now(),
            )

        title = _("Cancel and give all of it back")
        try:
            effects = consequences.of_refund(order, returns.unrefunded(order), with_shipping=True)
        except (orders.NotPossible, refunds.TooMuch):
            # Nothing is left to cancel, or this is a second click: the act itself answers.
            effects = []
        return self._act(request, order, form, act, title=title, effects=effects)

    @fresh_sign_in
    def refund_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give chosen pieces, the delivery or goodwill back."""
        order = self._order(request, pk, "payments.change_refund")
        form = RefundForm(
            sent(request),
            units=returns.unrefunded(order),
            has_gift=bool(returns.left_gift(order)),
            initial={"key": new_key()},
        )

        def act() -> None:
            returns.refund(
                order_id=pk,
                unit_ids=form.unit_ids,
                with_shipping=form.cleaned_data["with_shipping"],
                with_gift=form.cleaned_data.get("with_gift", False),
                goodwill=form.cleaned_data["goodwill"] or 0,
                spoilt=form.to_write_off,
                reason=form.cleaned_data["reason"],
                request_key=f"order:{pk}:{form.cleaned_data['key']}",
                actor=request.user,
                now=timezone.now(),
            )

        def foresee() -> list[consequences.Line]:
            return consequences.of_refund(
                order,
                consequences.sent_units(form, order),
                with_shipping=form.cleaned_data["with_shipping"],
                with_gift=form.cleaned_data.get("with_gift", False),
                goodwill=form.cleaned_data["goodwill"] or 0,
                spoilt_ids=form.spoilt_ids,
            )

        return self._act(request, order, form, act, title=_("Refund"), foresee=foresee)

    @fresh_sign_in
    def name_view(self, request: HttpRequest, pk: int, link_pk: int) -> HttpResponse:
        """Say what a refund made at the provider gave back."""
        order = self._order(request, pk, "payments.change_refund")
        link = get_object_or_404(order.refunds.select_related("refund"), pk=link_pk)
        has_gift = bool(returns.left_gift(order))
        form = NameForm(sent(request), units=returns.unrefunded(order), has_gift=has_gift)

        def act() -> None:
            returns.name_pieces(
                order_refund_id=link_pk,
                unit_ids=form.unit_ids,
                with_shipping=form.cleaned_data["with_shipping"],
                with_gift=form.cleaned_data.get("with_gift", False),
                goodwill=form.cleaned_data["goodwill"] or 0,
                spoilt=form.to_write_off,
                actor=request.user,
                now=timezone.now(),
            )

        amount = format_money(link.refund.money)
        title = _("Name the pieces of a refund of %s") % amount
        return self._act(request, order, form, act, title=title)

    def _order(self, request: HttpRequest, pk: int, right: str) -> Order:
        if not request.user.has_perm(right):
            raise PermissionDenied
        return get_object_or_404(Order.objects.select_related("payment"), pk=pk)

    def _act(
        self,
        request: HttpRequest,
        order: Order,
        form: Form,
        act: Callable[[], object],
        *,
        title: Any,
        effects: list[consequences.Line] | None = None,
        foresee: Callable[[], list[consequences.Line]] | None = None,
    ) -> HttpResponse:
        """Ask, then act, on the order's behalf; see acts.Acting."""
        return self.run_act(
            request,
            order,
            form,
            act,
            title=title,
            back=back_of(request, order),
            words=f"{order.number}, {order.name}, {format_money(order.total)}",
            left=consequences.left_of(order) if foresee else "",
            effects=effects,
            foresee=foresee,
        )
