"""What an order's page in the admin is made of: lines, pieces, refunds, entries."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from partners import postings
from weintl.rows import ReadOnly, link_to, minor, shown, table

from ..models import Order, OrderLine, OrderRefund, Unit


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
        units = link.units.select_related("line").order_by("line_id", "position")
        return ", ".join(f"{unit.line.product_name} {unit.position + 1}" for unit in units) or "–"


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


def unit_table(order: Order) -> str:
    """Return each piece of an order, what it pays for, and by which rule."""
    head = [
        _("piece"), _("state"), _("supply"), _("net"), _("makers"), _("programme"),
        _("operations"), _("split rule"),
    ]  # fmt: skip
    rows = (
        (
            f"{unit.line.product_name} {unit.position + 1}",
            _standing(unit),
            unit.get_supply_display(),
            shown(unit.net),
            minor(unit.maker_amount, unit.currency),
            minor(sum(unit.uses.values()), unit.currency),
            minor(unit.operations_amount, unit.currency),
            link_to(unit.rule),
        )
        for unit in Unit.objects.of(order).select_related("rule__programme", "write_off")
    )
    return table(head, rows)


def _standing(unit: Unit) -> str:
    """Write where a piece stands, and why it was written off."""
    write_off = getattr(unit, "write_off", None)
    if write_off is None:
        return unit.get_state_display()
    return _("written off: %s") % write_off.reason


def entries_of(order: Order) -> Q:
    """Return what finds the ledger's entries that speak of an order."""
    units = Unit.objects.filter(line__order=order).values_list("pk", flat=True)
    keys = [f"unit/{pk}/split" for pk in units]
    if order.payment is not None:
        keys += [f"payment/{order.payment.public_id}/{last}" for last in ("paid", "fee")]
        for pk in order.payment.refunds.values_list("pk", flat=True):
            keys += [f"refund/{pk}/{last}" for last in ("sent", "named", "failed", "unnamed")]
        keys += postings.dispute_keys(order.payment.disputes.values_list("dispute_id", flat=True))
    return Q(source_key__in=keys)
