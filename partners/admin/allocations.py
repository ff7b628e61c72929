"""Allocations in the admin: one person proposes, another approves."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from partners import accounts, allocations, ledger
from partners.models import Allocation, Programme
from weintl.accounts.freshness import fresh_sign_in
from weintl.money import exponent
from weintl.rows import ReadOnlyAdmin, link_to, link_to_list, minor, shown, table

POOLS = dict(Allocation._meta.get_field("pool").flatchoices)
CHANGE = "admin:partners_allocation_change"


class AllocationForm(forms.ModelForm):
    """Asks for an amount as people write it, and refuses what the pool does not hold."""

    money = forms.DecimalField(
        label=_("Amount"), min_value=Decimal("0.001"), max_digits=13, decimal_places=3
    )

    class Meta:
        model = Allocation
        fields = ["pool", "programme", "use", "currency", "reason"]
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        """Check what the database would refuse, and set the amount."""
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        if data["pool"] and data["pool"] != data["use"]:
            self.add_error("use", _("What was given for one use stays with that use."))
        amount: Decimal = data["money"].scaleb(exponent(data["currency"]))
        if amount != amount.to_integral_value():
            self.add_error("money", _("That currency has no such small coins."))
            return data
        self.instance.amount = int(amount)
        if ledger.balance(accounts.fund(data["currency"], use=data["pool"])) < amount:
            self.add_error("money", allocations.NotEnough.message)
        return data


class ApprovedFilter(admin.SimpleListFilter):
    """Allocations by whether a second person has approved them."""

    title = _("approval")
    parameter_name = "approved"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer both."""
        return [("no", _("to approve")), ("yes", _("approved"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep the chosen ones."""
        if self.value() not in ("no", "yes"):
            return queryset
        return queryset.filter(approved_at__isnull=self.value() == "no")


@admin.register(Allocation)
class AllocationAdmin(ReadOnlyAdmin):
    """What leaves a pool for a programme. A proposal is withdrawn, never changed."""

    form = AllocationForm
    change_form_template = "partners/admin/allocation_change.html"
    change_list_template = "partners/admin/allocation_list.html"
    list_display = ["__str__", "shown_amount", "shown_pool", "use", "programme_link"]
    list_display += ["proposed_by", "approved_by", "approved_at"]
    list_filter = [ApprovedFilter, "pool", "is_single_handed"]
    list_select_related = ["programme", "proposed_by", "approved_by"]
    search_fields = ["programme__code", "programme__name_en", "programme__name_es", "reason"]
    search_help_text = _("Programme, or reason")
    date_hierarchy = "proposed_at"
    ordering = ["-proposed_at", "-pk"]
    read = ["shown_amount", "shown_pool", "programme_link", "use", "reason", "proposed_by"]
    read += ["proposed_at", "approved_by", "approved_at", "is_single_handed", "entry"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let those propose who have the right."""
        return request.user.has_perm("partners.add_allocation")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let those withdraw a proposal who may propose."""
        is_open = obj is not None and obj.approved_at is None
        return is_open and self.has_add_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Show a proposal as it is."""
        return self.read if obj else []

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Ask for what is proposed, or show it."""
        asked = ["pool", "programme", "use", "money", "currency", "reason"]
        return [(None, {"fields": self.read if obj else asked})]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin in the base currency."""
        return {
            "currency": settings.BASE_CURRENCY,
            **super().get_changeform_initial_data(request),
        }

    def save_model(
        self, request: HttpRequest, obj: Allocation, form: ModelForm, change: bool
    ) -> None:
        """Store the proposal; who writes it may not approve it."""
        obj.proposed_by = request.user  # type: ignore[assignment]
        obj.proposed_at = timezone.now()
        super().save_model(request, obj, form, change)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer the programmes that are at work."""
        if db_field.name == "programme":
            kwargs["queryset"] = Programme.objects.public()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show above the list what is unspent, pool by pool."""
        rows = (
            (POOLS[pool.use], shown(pool.balance), shown(pool.proposed))
            for pool in allocations.pools()
        )
        head = [_("given for"), _("unspent"), _("of it proposed")]
        more = {"pools": table(head, rows), **(extra_context or {})}
        return super().changelist_view(request, more)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any):  # type: ignore[no-untyped-def]  # noqa: ANN201
        """Offer to approve to those who may."""
        row = context.get("original")
        may = row is not None and row.approved_at is None and self.has_act_permission(request)
        context["may_approve"] = may
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, row: Allocation) -> str:
        """Write the amount."""
        return minor(row.amount, row.currency)

    @admin.display(description=_("from"), ordering="pool")
    def shown_pool(self, row: Allocation) -> str:
        """Name the pool."""
        return str(POOLS[row.pool])

    @admin.display(description=_("programme"), ordering="programme__code")
    def programme_link(self, row: Allocation) -> str:
        """Lead to the programme."""
        return link_to(row.programme)

    @admin.display(description=_("entry"))
    def entry(self, row: Allocation) -> str:
        """Lead to what it wrote into the ledger."""
        if row.approved_at is None:
            return "–"
        return link_to_list("partners_entry", row.source_key, source_key__exact=row.source_key)

    def get_urls(self) -> list[URLPattern]:
        """Add the page on which an allocation is approved."""
        view = self.admin_site.admin_view(self.approve)
        return [
            path("<int:pk>/approve/", view, name="partners_allocation_approve"),
            *super().get_urls(),
        ]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    @fresh_sign_in
    def approve(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, then move the money."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        row = get_object_or_404(Allocation.objects.select_related("programme"), pk=pk)
        back = reverse(CHANGE, args=[pk])
        if request.method != "POST":
            return self._ask(request, row, back)
        try:
            allocations.approve(
                allocation_id=pk,
                actor=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
                four_eyes=settings.FOUR_EYES,
            )
        except allocations.NotPossible as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("The money stands in the programme's fund now."))
        return HttpResponseRedirect(back)

    def _ask(self, request: HttpRequest, row: Allocation, back: str) -> HttpResponse:
        pool = accounts.fund(row.currency, use=row.pool)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Approve this allocation?"),
            "row": row,
            "back": back,
            "facts": [
                (_("amount"), minor(row.amount, row.currency)),
                (_("from"), self.shown_pool(row)),
                (_("that pool holds"), minor(ledger.balance(pool), row.currency)),
                (_("programme"), row.programme),
                (_("for"), row.get_use_display()),
                (_("reason"), row.reason),
                (_("proposed by"), row.proposed_by),
            ],
        }
        return TemplateResponse(request, "partners/admin/ask.html", context)
