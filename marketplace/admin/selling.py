"""Tax rules and vouchers in the admin."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from weintl.money.formatting import format_rate
from weintl.rows import ReadOnlyAdmin, link_to, minor

from ..models import OrderTax, TaxRule, Voucher, VoucherUse
from .spans import SpanAdmin, SpanForm

PPM = 10_000  # millionths in one per cent


class PercentForm(SpanForm):
    """Reads and writes ppm through per cent, exactly."""

    percent = forms.DecimalField(
        label=_("Per cent"), min_value=0, max_value=100, max_digits=7, decimal_places=4
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show the stored rate."""
        super().__init__(*args, **kwargs)
        if "percent" in self.fields and self.instance.rate_ppm:
            shown = Decimal(self.instance.rate_ppm) / PPM
            self.fields["percent"].initial = shown.normalize()

    def clean_percent(self) -> Decimal | None:
        """Set the rate."""
        percent: Decimal | None = self.cleaned_data["percent"]
        self.instance.rate_ppm = int((percent or 0) * PPM)
        return percent

    def _get_validation_exclusions(self) -> set[str]:
        # The rate is no field of the form, and its constraints are checked all the same; not so
        # one that nobody could read, whose fault stands beside the per cent already.
        found: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return found if "percent" in self.errors else found - {"rate_ppm"}


class TaxRuleForm(PercentForm):
    """A tax rule."""

    class Meta:
        model = TaxRule
        fields = ["name", "country", "region", "is_inclusive", "on_goods", "on_shipping"]


@admin.register(TaxRule)
class TaxRuleAdmin(SpanAdmin, TranslationAdmin):
    """Tax rules: changed until an order was placed by them, then only ended."""

    form = TaxRuleForm
    list_display = ["country", "region", "name", "percent", "is_inclusive", "on_goods"]
    list_display += ["on_shipping", "span"]
    list_filter = ["country", "is_inclusive"]
    search_fields = ["name_en", "name_es", "country", "region"]
    ordering = ["country", "region", "pk"]
    written = ("name", "country", "region", "percent", "is_inclusive", "on_goods", "on_shipping")

    def is_used(self, row: Model) -> bool:
        """Say whether an order bears it."""
        return OrderTax.objects.filter(rule=row.pk).exists()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Fix the name in each language, too."""
        found = super().get_readonly_fields(request, obj)
        names = [f"name_{code}" for code, _name in settings.LANGUAGES]
        return [*found, *names] if "name" in found else found

    @admin.display(description=_("Per cent"), ordering="rate_ppm")
    def percent(self, rule: TaxRule) -> str:
        """Write the rate."""
        return format_rate(rule.rate_ppm)


class VoucherForm(PercentForm):
    """A voucher: one of three kinds, with what belongs to it."""

    class Meta:
        model = Voucher
        fields = [
            "code", "kind", "amount", "minimum_amount", "total_uses", "is_once_per_customer",
            "note",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for per cent and amount only where the kind has them."""
        super().__init__(*args, **kwargs)
        for name in ("percent", "amount"):
            if name in self.fields:
                self.fields[name].required = False

    def clean_code(self) -> str:
        """Take a code without blanks, in capitals."""
        return "".join(self.cleaned_data["code"].split()).upper()

    def clean_amount(self) -> int:
        """Take nothing for nothing."""
        return self.cleaned_data["amount"] or 0

    def clean(self) -> dict[str, Any]:
        """Hold what was typed to the kind."""
        data = super().clean()
        kind = data.get("kind")
        if kind == Voucher.Kind.PERCENT and not data.get("percent"):
            self.add_error("percent", _("Say how many per cent."))
        if kind == Voucher.Kind.AMOUNT and not data.get("amount"):
            self.add_error("amount", _("Say how much."))
        if kind and kind != Voucher.Kind.PERCENT:
            self.instance.rate_ppm = 0
        if kind and kind != Voucher.Kind.AMOUNT:
            data["amount"] = 0
        return data


@admin.register(Voucher)
class VoucherAdmin(SpanAdmin):
    """Vouchers: changed until an order holds one, then only ended."""

    form = VoucherForm
    list_display = ["code", "kind", "takes_off", "worth", "used", "is_once_per_customer", "span"]
    list_filter = ["kind"]
    search_fields = ["code", "note"]
    ordering = ["code"]
    written = (
        "code", "kind", "percent", "amount", "minimum_amount", "total_uses",
        "is_once_per_customer", "note", "used",
    )  # fmt: skip
    free = ("total_uses", "note")

    def is_used(self, row: Model) -> bool:
        """Say whether an order used it."""
        return VoucherUse.objects.filter(voucher=row.pk).exists()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Fix what an order used; the limit and the note may change still."""
        found = super().get_readonly_fields(request, obj)
        return [*(name for name in found if name not in self.free and name != "used"), "used"]

    @admin.display(description=_("takes off"))
    def takes_off(self, voucher: Voucher) -> str:
        """Write what it takes off."""
        if voucher.kind == Voucher.Kind.PERCENT:
            return format_rate(voucher.rate_ppm)
        if voucher.kind == Voucher.Kind.AMOUNT:
            return minor(voucher.amount, voucher.currency)
        return str(voucher.get_kind_display())

    @admin.display(description=_("Per cent"))
    def percent(self, voucher: Voucher) -> str:
        """Write the rate."""
        return format_rate(voucher.rate_ppm)

    @admin.display(description=_("from pieces worth"))
    def worth(self, voucher: Voucher) -> str:
        """Write the least value."""
        return minor(voucher.minimum_amount, voucher.currency or settings.BASE_CURRENCY)

    @admin.display(description=_("used"))
    def used(self, voucher: Voucher) -> str:
        """Write how often, of how many."""
        limit = "" if voucher.total_uses is None else f" / {voucher.total_uses}"
        return f"{voucher.uses}{limit}"


@admin.register(VoucherUse)
class VoucherUseAdmin(ReadOnlyAdmin):
    """Which orders used a voucher."""

    list_display = ["voucher", "order_link", "state", "taken_at"]
    list_filter = ["state"]
    list_select_related = ["voucher", "order"]
    search_fields = ["voucher__code", "order__number"]
    ordering = ["-taken_at", "-pk"]
    fields = ["voucher", "order_link", "state", "taken_at"]

    @admin.display(description=_("order"))
    def order_link(self, use: VoucherUse) -> str:
        """Lead to the order."""
        return link_to(use.order)
