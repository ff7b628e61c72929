"""Orders in the admin: money is read, never typed; what happens to an order is an act."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from partners.models import Entry
from weintl.accounts.freshness import fresh_sign_in
from weintl.mail.models import Mail
from weintl.money.formatting import format_money
from weintl.payments import refunds
from weintl.payments.admin.rows import ReadOnly, ReadOnlyAdmin, link_to, shown

from .. import orders, returns, stock
from ..models import Order, OrderLine, OrderRefund, Unit
from .acts import NameForm, ReasonForm, RefundForm, UnitsForm, new_key, sent

BREAK = mark_safe("<br>")


class LineInline(ReadOnly, admin.TabularInline):
    """What was bought, as it was shown."""

    model = OrderLine
    extra = 0
    fields = ["product_name", "variant_link", "quantity", "shown_price", "shown_net"]
    readonly_fields = ["variant_link", "shown_price", "shown_net"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        """Fetch the variants at once."""
        return super().get_queryset(request).select_related("variant").order_by("position", "pk")

    @admin.display(description=_("variant"))
    def variant_link(self, line: OrderLine) -> str:
        """Link the variant."""
        return link_to(line.variant)

    @admin.display(description=_("price"))
    def shown_price(self, line: OrderLine) -> str:
        """Write the price of one."""
        return shown(line.unit_price)

    @admin.display(description=_("net"))
    def shown_net(self, line: OrderLine) -> str:
        """Write what the line cost without tax."""
        return shown(line.net)


class RefundInline(ReadOnly, admin.TabularInline):
    """What went back."""

    model = OrderRefund
    extra = 0
    fields = ["kind", "refund_link", "shown_amount", "refund_state", "name_link"]
    readonly_fields = ["refund_link", "shown_amount", "refund_state", "name_link"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderRefund]:
        """Fetch the refunds at once."""
        return super().get_queryset(request).select_related("refund__payment").order_by("pk")

    @admin.display(description=_("refund"))
    def refund_link(self, link: OrderRefund) -> str | SafeString:
        """Link the payment's refund."""
        return link_to(link.refund)

    @admin.display(description=_("amount"))
    def shown_amount(self, link: OrderRefund) -> str:
        """Write the amount."""
        return shown(link.refund.money)

    @admin.display(description=_("state"))
    def refund_state(self, link: OrderRefund) -> str:
        """Write how it stands at the provider."""
        return link.refund.get_state_display()

    @admin.display(description=_("pieces"))
    def name_link(self, link: OrderRefund) -> str | SafeString:
        """Lead to where its pieces are named, or write them."""
        if link.kind == OrderRefund.Kind.EXTERNAL and link.named_at is None:
            url = reverse("admin:marketplace_order_name", args=[link.order_id, link.pk])
            return format_html('<a href="{}">{}</a>', url, _("Name its pieces"))
        return ", ".join(str(unit.pk) for unit in link.units.order_by("pk")) or "–"


class UnnamedFilter(admin.SimpleListFilter):
    """Orders with a refund whose pieces somebody has to name."""

    title = _("refund made at the provider")
    parameter_name = "refund"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer those that wait."""
        return [("unnamed", _("pieces to be named"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """Keep those that wait, if asked."""
        if self.value() != "unnamed":
            return queryset
        return queryset.filter(pk__in=OrderRefund.objects.unnamed().values("order_id"))


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """Orders, with payment, mails and ledger entries one step away."""

    change_form_template = "marketplace/admin/order.html"
    list_display = ["number", "placed_at", "name", "shown_total", "state", "payment_link"]
    list_filter = ["state", UnnamedFilter, "placed_at", "country", "language"]
    search_fields = ["number", "email", "name", "lines__product_name", "payment__intent_id"]
    list_select_related = ["payment"]
    date_hierarchy = "placed_at"
    ordering = ["-placed_at", "-pk"]
    show_full_result_count = False
    inlines = [LineInline, RefundInline]
    actions = ["renew_link"]
    fieldsets = [
        (None, {"fields": ["number", "state", "placed_at", "paid_at", "page_link"]}),
        (_("Money"), {"fields": ["shown_goods", "shown_shipping", "shown_tax", "shown_total"]}),
        (_("Pieces"), {"fields": ["unit_lines"]}),
        (_("Follow it"), {"fields": ["payment_link", "gift_link", "entry_links", "mail_links"]}),
        (_("Parcel"), {"fields": ["name", "address", "email", "language"]}),
    ]

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
        town = " ".join(filter(None, [order.city, order.region, order.postcode]))
        rows = [order.street, order.street_extra, town, str(order.country.name)]  # type: ignore[attr-defined]
        return format_html_join(BREAK, "{}", ((row,) for row in rows if row))

    @admin.display(description=_("gift"))
    def gift_link(self, order: Order) -> str | SafeString:
        """Link the gift that was paid with it."""
        return link_to(order.gift)

    @admin.display(description=_("buyer's page"))
    def page_link(self, order: Order) -> SafeString:
        """Link the page behind the buyer's link."""
        return format_html('<a href="{}">{}</a>', order.get_absolute_url(), order.number)

    @admin.display(description=_("pieces"))
    def unit_lines(self, order: Order) -> SafeString:
        """Write each piece: number, name, state, supply, rule."""
        rows = (
            (unit.pk, unit.line.product_name, unit.get_state_display(), unit.get_supply_display(),
             link_to(unit.rule, str(unit.rule_id)))
            for unit in Unit.objects.of(order)
        )  # fmt: skip
        return format_html_join(BREAK, "{}: {}, {}, {}, {}", rows)

    @admin.display(description=_("ledger entries"))
    def entry_links(self, order: Order) -> str | SafeString:
        """Link the entries that speak of this order."""
        entries = Entry.objects.filter(_entries_of(order)).order_by("pk")
        return format_html_join(BREAK, "{}", ((link_to(row),) for row in entries))

    @admin.display(description=_("mails"))
    def mail_links(self, order: Order) -> str | SafeString:
        """Link the mails that this order caused."""
        mails = Mail.objects.filter(cause=f"order:{order.pk}").order_by("pk")
        texts = ((link_to(row, f"{row.subject or row.template}, {row.state}"),) for row in mails)
        return format_html_join(BREAK, "{}", texts)

    @admin.action(description=_("Make the link to the buyer's page anew"), permissions=["act"])
    def renew_link(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        """Let the old link lead nowhere; the new one is mailed."""
        for pk in queryset.order_by("pk").values_list("pk", flat=True):
            orders.renew_link(order_id=pk, now=timezone.now())
        self.message_user(request, _("The old links lead nowhere now."), messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        """Add a page for each act."""
        acts: dict[str, Callable[..., HttpResponse]] = {
            "send": self.send_view,
            "deliver": self.deliver_view,
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
        return [*found, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Offer the acts to who may do them, where the pieces allow them."""
        states = set(
            Unit.objects.filter(line__order_id=object_id).values_list("state", flat=True)
            if object_id.isascii() and object_id.isdigit()
            else []
        )
        acts = []
        if request.user.has_perm("marketplace.change_order"):
            acts += ["send"] if Unit.State.PAID in states else []
            acts += ["deliver"] if Unit.State.SENT in states else []
        if request.user.has_perm("payments.change_refund") and states:
            acts += ["refund"]
            acts += ["cancel"] if states == {Unit.State.PAID} else []
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "acts": acts}
        )

    def send_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Book that pieces left the house."""
        order = self._order(request, pk, "marketplace.change_order")
        waiting = [unit for unit in Unit.objects.of(order) if unit.state == Unit.State.PAID]
        form = UnitsForm(sent(request), units=waiting)

        def act() -> None:
            orders.mark_sent(
                order_id=pk, unit_ids=form.unit_ids, actor=request.user, now=timezone.now()
            )

        return self._act(request, order, form, act, title=_("Mark as sent"))

    def deliver_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Book that pieces arrived."""
        order = self._order(request, pk, "marketplace.change_order")
        under_way = [unit for unit in Unit.objects.of(order) if unit.state == Unit.State.SENT]
        form = UnitsForm(sent(request), units=under_way)

        def act() -> None:
            orders.mark_delivered(order_id=pk, unit_ids=form.unit_ids, now=timezone.now())

        return self._act(request, order, form, act, title=_("Mark as delivered"))

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

        return self._act(request, order, form, act, title=_("Cancel and give all of it back"))

    @fresh_sign_in
    def refund_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give chosen pieces, the delivery or goodwill back."""
        order = self._order(request, pk, "payments.change_refund")
        form = RefundForm(
            sent(request), units=returns.unrefunded(order), initial={"key": new_key()}
        )

        def act() -> None:
            returns.refund(
                order_id=pk,
                unit_ids=form.unit_ids,
                with_shipping=form.cleaned_data["with_shipping"],
                goodwill=form.cleaned_data["goodwill"] or 0,
                reason=form.cleaned_data["reason"],
                request_key=f"order:{pk}:{form.cleaned_data['key']}",
                actor=request.user,
                now=timezone.now(),
            )

        return self._act(request, order, form, act, title=_("Refund"))

    @fresh_sign_in
    def name_view(self, request: HttpRequest, pk: int, link_pk: int) -> HttpResponse:
        """Say what a refund made at the provider gave back."""
        order = self._order(request, pk, "payments.change_refund")
        link = get_object_or_404(order.refunds.select_related("refund"), pk=link_pk)
        form = NameForm(sent(request), units=returns.unrefunded(order))

        def act() -> None:
            returns.name_pieces(
                order_refund_id=link_pk,
                unit_ids=form.unit_ids,
                with_shipping=form.cleaned_data["with_shipping"],
                goodwill=form.cleaned_data["goodwill"] or 0,
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
        act: Callable[[], None],
        *,
        title: Any,
    ) -> HttpResponse:
        """Ask, then act; an act that is refused says why beside its form."""
        back = reverse("admin:marketplace_order_change", args=[order.pk])
        if request.method == "POST" and form.is_valid():
            try:
                act()
            except (
                orders.NotPossible,
                returns.NotTheAmount,
                stock.NothingThere,
                stock.Busy,
            ) as error:
                form.add_error(None, str(error.message))
            except refunds.TooMuch as error:
                left = {"left": format_money(error.remaining)}
                form.add_error(None, _("Only %(left)s of this order is left to refund.") % left)
            else:
                self.log_change(request, order, [{"changed": {"name": str(title), "fields": []}}])
                self.message_user(request, _("Done: %s.") % title, messages.SUCCESS)
                return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "row": order,
            "back": back,
            "form": form,
            "words": f"{order.number}, {order.name}, {format_money(order.total)}",
        }
        return TemplateResponse(request, "marketplace/admin/act.html", context)


def _entries_of(order: Order) -> Q:
    units = Unit.objects.filter(line__order=order).values_list("pk", flat=True)
    keys = [f"unit/{pk}/split" for pk in units]
    if order.payment is not None:
        keys += [f"payment/{order.payment.public_id}/{last}" for last in ("paid", "fee")]
        for pk in order.payment.refunds.values_list("pk", flat=True):
            keys += [f"refund/{pk}/{last}" for last in ("sent", "named", "failed", "unnamed")]
        for dispute_id in order.payment.disputes.values_list("dispute_id", flat=True):
            keys += [f"dispute/{dispute_id}/{last}" for last in ("opened", "won", "lost")]
    return Q(source_key__in=keys)
