"""Counters, moves and holds in the admin: to be read. Pieces come by a variant's form."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from weintl.rows import ReadOnlyAdmin, link_to, link_to_list, minor

from ..models import Hold, Stock, StockMove

# Kept in English in the move; shown in the reader's language.
REASONS = {
    "received": _("received"),
    "given back": _("received by mistake"),
    "held": _("held for a payment"),
    "released": _("hold released"),
    "paid": _("paid"),
    "paid late": _("paid late"),
    "owned pieces sold": _("owned pieces sold"),
    "sent": _("sent"),
    "cancelled": _("cancelled"),
    "returned": _("returned"),
    "counted": _("counted"),
}


class ReasonFilter(admin.SimpleListFilter):
    """Moves by why they were made."""

    title = _("reason")
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the reasons that there are."""
        return list(REASONS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[StockMove]) -> QuerySet[StockMove]:
        """Keep the chosen one's moves."""
        return queryset.filter(reason=self.value()) if self.value() else queryset


@admin.register(Stock)
class StockAdmin(ReadOnlyAdmin):
    """What is on the shelf."""

    list_display = ["variant_link", "free", "owned", "consigned", "held", "allocated", "cost"]
    list_select_related = ["variant"]
    search_fields = ["variant__sku", "variant__product__name_en", "variant__product__name_es"]
    ordering = ["variant__sku", "pk"]
    fields = ["variant_link", "free", "owned", "consigned", "held", "allocated"]
    fields += ["backorder_limit", "cost", "moves_link"]
    readonly_fields = ["variant_link", "free", "cost", "moves_link"]

    @admin.display(description=_("variant"), ordering="variant__sku")
    def variant_link(self, stock: Stock) -> str:
        """Link the variant."""
        return link_to(stock.variant)

    @admin.display(description=_("free"))
    def free(self, stock: Stock) -> int:
        """Return how many may be sold."""
        return stock.free

    @admin.display(description=_("cost of owned pieces"), ordering="owned_cost_amount")
    def cost(self, stock: Stock) -> str:
        """Write what the owned pieces cost."""
        return minor(stock.owned_cost_amount, stock.variant.currency)

    @admin.display(description=_("stock moves"))
    def moves_link(self, stock: Stock) -> str:
        """Lead to every change of these counters."""
        return link_to_list("marketplace_stockmove", _("Show"), variant__id__exact=stock.variant_id)


@admin.register(StockMove)
class StockMoveAdmin(ReadOnlyAdmin):
    """Every change of the counters."""

    list_display = ["moved_at", "variant_link", "shown_reason", "owned", "consigned", "held"]
    list_display += ["allocated", "actor"]
    list_filter = [ReasonFilter, "moved_at"]
    date_hierarchy = "moved_at"
    list_select_related = ["variant", "actor"]
    search_fields = ["variant__sku", "source_key"]
    search_help_text = _("SKU, or part of the source")
    ordering = ["-moved_at", "-pk"]
    fields = ["variant_link", "shown_reason", "moved_at", "actor", "owned", "consigned", "held"]
    fields += ["allocated", "cost", "source_key"]
    readonly_fields = ["variant_link", "shown_reason", "cost"]

    @admin.display(description=_("reason"), ordering="reason")
    def shown_reason(self, move: StockMove) -> str:
        """Write why."""
        return str(REASONS.get(move.reason, move.reason))

    @admin.display(description=_("cost of owned pieces"))
    def cost(self, move: StockMove) -> str:
        """Write what the owned pieces that moved cost."""
        return minor(move.owned_cost_amount, move.variant.currency)

    @admin.display(description=_("variant"), ordering="variant__sku")
    def variant_link(self, move: StockMove) -> str:
        """Link the variant."""
        return link_to(move.variant)


@admin.register(Hold)
class HoldAdmin(ReadOnlyAdmin):
    """Pieces kept for orders that are being paid."""

    list_display = ["created_at", "order_link", "variant_link", "quantity", "state", "expires_at"]
    list_filter = ["state", "created_at"]
    list_select_related = ["order", "variant"]
    search_fields = ["order__number", "variant__sku"]
    search_help_text = _("Number of the order, or SKU")
    ordering = ["-created_at", "-pk"]
    date_hierarchy = "created_at"

    @admin.display(description=_("order"), ordering="order__number")
    def order_link(self, hold: Hold) -> str:
        """Link the order."""
        return link_to(hold.order)

    @admin.display(description=_("variant"), ordering="variant__sku")
    def variant_link(self, hold: Hold) -> str:
        """Link the variant."""
        return link_to(hold.variant)
