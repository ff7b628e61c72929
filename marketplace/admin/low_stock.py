"""What runs out, for whoever orders new pieces."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from weintl.rows import ReadOnlyAdmin, link, link_to

from .. import low_stock
from ..models import LowVariant


@admin.register(LowVariant)
class LowVariantAdmin(ReadOnlyAdmin):
    """Variants with few free pieces, those that sell out soonest first."""

    change_list_template = "marketplace/admin/low_stock.html"
    list_display = ["variant_link", "title", "programme_link", "place", "free", "low_from"]
    list_display += ["sold", "days_left"]
    list_display_links = None
    list_filter = ["product__programme", "product__category", "place"]
    list_select_related = ["product__programme"]
    search_fields = ["sku", "product__name_en", "product__name_es"]
    search_help_text = _("SKU or product")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Keep what is low, with what was sold of it."""
        rows: Any = LowVariant.objects.low()  # type: ignore[attr-defined]
        return rows.with_sales(now=timezone.now())

    def get_ordering(self, request: HttpRequest) -> Any:
        """Put first what sells out soonest."""
        return ["days_left", "free", "sku"]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Lead to the variant: it has one page."""
        if not self.has_view_permission(request) or request.method == "POST":
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:marketplace_variant_change", args=[object_id]))

    @admin.display(description=_("SKU"), ordering="sku")
    def variant_link(self, row: LowVariant) -> SafeString:
        """Lead to the variant."""
        return link(reverse("admin:marketplace_variant_change", args=[row.pk]), row.sku)

    @admin.display(description=_("piece"))
    def title(self, row: LowVariant) -> str:
        """Write what it is called."""
        return row.title

    @admin.display(description=_("programme"), ordering="product__programme__name")
    def programme_link(self, row: LowVariant) -> str:
        """Lead to the programme."""
        return link_to(row.product.programme)

    @admin.display(description=_("free"), ordering="free")
    def free(self, row: Any) -> int:
        """Return how many may be sold."""
        return int(row.free)

    @admin.display(description=_("low from"), ordering="low_from")
    def low_from(self, row: Any) -> int:
        """Return from how many on it is low."""
        return int(row.low_from)

    @admin.display(description=_("sold in 30 days"), ordering="sold")
    def sold(self, row: Any) -> int:
        """Return how many were sold and not taken back."""
        return int(row.sold)

    @admin.display(description=_("days left"), ordering="days_left", empty_value="–")
    def days_left(self, row: Any) -> int | None:
        """Return for how many days the rest lasts at that pace; a dash if none was sold."""
        return row.days_left  # type: ignore[no-any-return]

    def get_urls(self) -> list[URLPattern]:
        """Add the list as a file."""
        view = self.admin_site.admin_view(self.csv)
        return [path("list.csv", view, name="marketplace_lowvariant_csv"), *super().get_urls()]

    @method_decorator(require_safe)
    def csv(self, request: HttpRequest) -> HttpResponse:
        """Hand out all of the list, no cell a formula."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        content = low_stock.as_csv(low_stock.soonest(now=timezone.now()))
        answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="low-stock-{localdate()}.csv"'
        return answer
