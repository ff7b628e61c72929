"""Counters, moves and holds in the admin: to be read. Pieces come by a variant's form."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from weintl.payments.admin.rows import ReadOnlyAdmin, link_to, minor

from ..models import Hold, Stock, StockMove


@admin.register(Stock)
class StockAdmin(ReadOnlyAdmin):
    """What is on the shelf."""

    list_display = ["variant_link", "free", "owned", "consigned", "held", "allocated", "cost"]
    list_select_related = ["variant"]
    search_fields = ["variant__sku", "variant__product__name_en", "variant__product__name_es"]
    ordering = ["variant__sku", "pk"]

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


@admin.register(StockMove)
class StockMoveAdmin(ReadOnlyAdmin):
    """Every change of the counters."""

    list_display = ["moved_at", "variant_link", "reason", "owned", "consigned", "held"]
    list_display += ["allocated", "source_key", "actor"]
    list_filter = ["reason", "moved_at"]
    list_select_related = ["variant", "actor"]
    search_fields = ["variant__sku", "source_key"]
    ordering = ["-moved_at", "-pk"]
    show_full_result_count = False

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
    ordering = ["-created_at", "-pk"]
    show_full_result_count = False

    @admin.display(description=_("order"), ordering="order__number")
    def order_link(self, hold: Hold) -> str:
        """Link the order."""
        return link_to(hold.order)

    @admin.display(description=_("variant"), ordering="variant__sku")
    def variant_link(self, hold: Hold) -> str:
        """Link the variant."""
        return link_to(hold.variant)
