"""The cash box in the admin: what should be in it, counts, and the way to the bank."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from partners import cash
from partners.models import CashCount, CashTransfer
from weintl.accounts.freshness import fresh_sign_in
from weintl.money import Money, exponent
from weintl.rows import ReadOnlyAdmin, link_to, link_to_list, minor, shown

LATEST = 25
ASKED = ("GET", "HEAD", "POST")


class CashForm(forms.Form):
    """An amount in a currency, and its day."""

    money = forms.DecimalField(
        label=_("Amount"), min_value=Decimal(0), max_digits=13, decimal_places=3
    )
    currency = forms.ChoiceField(label=_("currency"))
    day = forms.DateField(
        label=_("day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the currency of the shop, and those of boxes that are there."""
        super().__init__(*args, **kwargs)
        codes = dict.fromkeys([settings.BASE_CURRENCY, *(box.currency for box in cash.boxes())])
        field: Any = self.fields["currency"]
        field.choices = [(code, code.upper()) for code in codes]

    def clean(self) -> dict[str, Any]:
        """Refuse coins that the currency has not, and read the amount into `amount`."""
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        amount: Decimal = data["money"].scaleb(exponent(data["currency"]))
        if amount != amount.to_integral_value():
            self.add_error("money", _("That currency has no such small coins."))
        else:
            data["amount"] = Money(int(amount), data["currency"])
        return data


class CountForm(CashForm):
    """What is in the box."""

    reason = forms.CharField(
        label=_("reason of a difference"),
        max_length=500,
        required=False,
        help_text=_("Only if you are told that something is missing or too much. No names."),
    )
    key = forms.RegexField(r"\A[0-9a-f]{32}\Z", widget=forms.HiddenInput)


class MoveForm(CashForm):
    """What went to the bank or came from there."""

    direction = forms.ChoiceField(label=_("direction"), choices=CashTransfer.Direction)
    slip = forms.CharField(
        label=_("number on the bank's slip"),
        max_length=80,
        help_text=_("As it is printed: the same slip counts once."),
    )
    field_order = ["direction", "money", "currency", "day", "slip"]

    def clean(self) -> dict[str, Any]:
        """Refuse nothing."""
        data = super().clean()
        if data.get("money") == 0:
            self.add_error("money", _("Enter an amount above zero."))
        return data


class CashAdmin(ReadOnlyAdmin):
    """What both lists of the box share: a page that asks, and nothing that is edited."""

    title: Any

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let those record who have the right."""
        return request.user.has_perm(f"partners.add_{self.opts.model_name}")

    def ask(self, request: HttpRequest, form: CashForm, act: Callable[[], Model]) -> HttpResponse:
        """Ask, then record; what cannot be recorded is said beside the form."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST" and form.is_valid():
            try:
                row = act()
            except cash.NotPossible as error:
                form.add_error(None, str(error.message))
            else:
                self.log_addition(request, row, [{"added": {}}])
                self.message_user(request, _("Recorded."), messages.SUCCESS)
                name = f"admin:partners_{self.opts.model_name}_change"
                return HttpResponseRedirect(reverse(name, args=[row.pk]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": self.title,
            "form": form,
        }
        return TemplateResponse(request, "partners/admin/cash_ask.html", context)


@admin.register(CashCount)
class CashCountAdmin(CashAdmin):
    """The box: what should be in it, what moved it, and each count."""

    title = _("Count the cash box")
    change_list_template = "partners/admin/cash_list.html"
    change_form_template = "partners/admin/cash_count.html"
    list_display = ["__str__", "shown_counted", "shown_expected", "shown_difference"]
    list_display += ["counted_by", "approved_by", "approved_at"]
    list_filter = ["currency", "is_single_handed"]
    list_select_related = ["counted_by", "approved_by"]
    search_fields = ["reason"]
    date_hierarchy = "counted_at"
    ordering = ["-counted_at", "-pk"]
    read = ["shown_counted", "shown_expected", "shown_difference", "reason", "counted_at"]
    read += ["counted_by", "entered_at", "approved_by", "approved_at", "is_single_handed", "entry"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let those withdraw a count that waits who may count."""
        return obj is not None and obj.approved_at is None and self.has_add_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Show all."""
        return self.read

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show all."""
        return [(None, {"fields": self.read})]

    @admin.display(description=_("counted"), ordering="counted")
    def shown_counted(self, row: CashCount) -> str:
        """Write the amount."""
        return minor(row.counted, row.currency)

    @admin.display(description=_("should be there"), ordering="expected")
    def shown_expected(self, row: CashCount) -> str:
        """Write the amount."""
        return minor(row.expected, row.currency)

    @admin.display(description=_("difference"))
    def shown_difference(self, row: CashCount) -> str:
        """Write what was too much, or missing."""
        return minor(row.difference, row.currency)

    @admin.display(description=_("entry"))
    def entry(self, row: CashCount) -> str:
        """Lead to what it wrote into the ledger."""
        if row.approved_at is None or not row.difference:
            return "–"
        return link_to_list("partners_entry", row.source_key, source_key__exact=row.source_key)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show above the counts what should be in each box, and what moved it last."""
        boxes = [
            {
                "currency": box.currency.upper(),
                "balance": minor(box.balance, box.currency),
                "lines": [
                    (
                        date_format(localtime(line.transfer.occurred_at), "SHORT_DATE_FORMAT"),
                        line.transfer.entry.get_kind_display(),
                        link_to(line.transfer.entry),
                        shown(line.amount),
                        shown(line.balance),
                    )
                    for line in cash.movements(box, most=LATEST)
                ],
            }
            for box in cash.boxes()
        ]
        may_move = request.user.has_perm("partners.add_cashtransfer")
        more = {"boxes": boxes, "may_move": may_move, **(extra_context or {})}
        return super().changelist_view(request, more)

    @method_decorator(require_http_methods(ASKED))
    @fresh_sign_in
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Ask what is in the box, and say what became of it."""
        first = {"day": localdate(), "currency": settings.BASE_CURRENCY, "key": uuid4().hex}
        form = CountForm(request.POST if request.method == "POST" else None, initial=first)

        def act() -> Model:
            data = form.cleaned_data
            return cash.count(
                counted=data["amount"],
                day=data["day"],
                reason=data["reason"].strip(),
                key=data["key"],
                actor=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )

        return self.ask(request, form, act)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any):  # type: ignore[no-untyped-def]  # noqa: ANN201
        """Offer to approve to those who may."""
        row = context.get("original")
        may = row is not None and row.approved_at is None and self.has_act_permission(request)
        context["may_approve"] = may
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Add the page on which a difference is approved."""
        view = self.admin_site.admin_view(self.approve)
        return [
            path("<int:pk>/approve/", view, name="partners_cashcount_approve"),
            *super().get_urls(),
        ]

    @method_decorator(require_http_methods(ASKED))
    @fresh_sign_in
    def approve(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, then post the difference."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        row = get_object_or_404(CashCount.objects.select_related("counted_by"), pk=pk)
        back = reverse("admin:partners_cashcount_change", args=[pk])
        if request.method != "POST":
            return self._confirm(request, row, back)
        try:
            cash.approve(
                count_id=pk,
                actor=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
                four_eyes=settings.FOUR_EYES,
            )
        except cash.NotPossible as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("The difference stands in the ledger now."))
        return HttpResponseRedirect(back)

    def _confirm(self, request: HttpRequest, row: CashCount, back: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Approve this difference?"),
            "row": row,
            "back": back,
            "facts": [
                (_("counted"), self.shown_counted(row)),
                (_("should be there"), self.shown_expected(row)),
                (_("difference"), self.shown_difference(row)),
                (_("reason"), row.reason),
                (_("counted by"), row.counted_by),
            ],
        }
        return TemplateResponse(request, "partners/admin/ask.html", context)


@admin.register(CashTransfer)
class CashTransferAdmin(CashAdmin):
    """What went to the bank, with the number of its slip."""

    title = _("Cash to or from the bank")
    list_display = ["slip", "direction", "shown_amount", "moved_on", "recorded_by"]
    list_filter = ["direction", "currency"]
    list_select_related = ["recorded_by"]
    search_fields = ["slip"]
    date_hierarchy = "moved_on"
    ordering = ["-moved_on", "-pk"]
    read = ["slip", "direction", "shown_amount", "moved_on", "recorded_by", "recorded_at", "entry"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Show all."""
        return self.read

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Show all."""
        return [(None, {"fields": self.read})]

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, row: CashTransfer) -> str:
        """Write the amount."""
        return minor(row.amount, row.currency)

    @admin.display(description=_("entry"))
    def entry(self, row: CashTransfer) -> str:
        """Lead to what it wrote into the ledger."""
        return link_to_list("partners_entry", row.source_key, source_key__exact=row.source_key)

    @method_decorator(require_http_methods(ASKED))
    @fresh_sign_in
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Ask for the slip."""
        first = {"day": localdate(), "currency": settings.BASE_CURRENCY}
        form = MoveForm(request.POST if request.method == "POST" else None, initial=first)

        def act() -> Model:
            data = form.cleaned_data
            return cash.move(
                direction=data["direction"],
                amount=data["amount"],
                day=data["day"],
                slip=data["slip"].strip(),
                actor=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )

        return self.ask(request, form, act)
