"""Payouts in the admin: read as they are, moved by acts that say first what they will do."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from partners import payouts, statements
from partners.models import BankFile, Entry, Payout, Programme
from partners.papers import reference_words, use_words
from weintl.accounts.freshness import fresh_sign_in
from weintl.money.fields import CurrencyField
from weintl.rows import ReadOnlyAdmin, link, link_to, minor, table

from .payout_acts import ACTS, MANY, NothingForm, form_of, open_claims, perform

# So many items are shown on the payout's own page; the list of transfers has the rest.
SHOWN = 300


def source_words(entry: Entry) -> str:
    """Return what an item came from, in the words of the statement."""
    reference = statements.reference(entry.source_key)
    return reference_words({"reference": reference, "entry": entry.pk})


class ProposeForm(forms.Form):
    """For whom, and up to when."""

    programme: Any = forms.ModelChoiceField(
        label=_("programme"), queryset=Programme.objects.order_by("code")
    )
    currency = forms.CharField(
        label=_("currency"), max_length=3, validators=CurrencyField.default_validators
    )
    cut_off = forms.SplitDateTimeField(
        label=_("cut-off"),
        widget=AdminSplitDateTime,
        help_text=_("What had happened and matured before then is in it."),
    )

    def clean_cut_off(self) -> Any:
        """Refuse what lies before anything that was ever booked, and before the calendar."""
        cut_off = self.cleaned_data["cut_off"]
        if cut_off.year < 2000:
            raise forms.ValidationError(payouts.NothingDue.message)
        return cut_off


@admin.register(Payout)
class PayoutAdmin(ReadOnlyAdmin):
    """Payouts, their items, and what may be done with them."""

    change_form_template = "partners/admin/payout.html"
    change_list_template = "partners/admin/payout_list.html"
    list_display = ["number", "programme_link", "shown_amount", "state"]
    list_display += ["approved_by", "statement_link"]
    list_filter = ["state", "programme", "currency", "is_single_handed"]
    list_select_related = ["programme", "approved_by", "statement"]
    search_fields = ["number", "programme__code", "bank_reference", "return_reference"]
    search_help_text = _("Number, programme, or the bank's reference")
    date_hierarchy = "period"
    ordering = ["-period", "-pk"]
    actions = ["export_chosen"]
    fieldsets = [
        (None, {"fields": ["number", "state", "programme_link", "month", "cut_off"]}),
        (_("Money"), {"fields": ["shown_amount", "parts", "shown_fee"]}),
        (
            _("Persons"),
            {
                "fields": [
                    "proposed_by", "proposed_at", "submitted_by", "submitted_at", "approved_by",
                    "approved_at", "is_single_handed", "closed_by", "closed_at", "reason",
                ]
            },
        ),
        (
            _("Bank"),
            {"fields": ["bank_masked", "file_link", "exported_at", "paid_on", "bank_reference"]},
        ),
        (
            _("Sent back"),
            {
                "fields": [
                    "returned_on", "return_reference", "shown_return_fee", "returned_by",
                    "returned_at",
                ]
            },
        ),
        (_("Follow it"), {"fields": ["statement_link", "entries", "items_table", "taken_out"]}),
    ]  # fmt: skip
    needs: ClassVar = {
        "statement_link": "partners.view_statement",
        "file_link": "partners.view_bankfile",
        "entries": "partners.view_entry",
    }

    @admin.display(description=_("programme"), ordering="programme__code")
    def programme_link(self, payout: Payout) -> str:
        """Lead to the programme."""
        return link_to(payout.programme)

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, payout: Payout) -> str:
        """Write the amount."""
        return minor(payout.amount, payout.currency)

    @admin.display(description=_("bank's fee"))
    def shown_fee(self, payout: Payout) -> str:
        """Write the bank's fee."""
        return minor(payout.bank_fee, payout.currency) if payout.bank_fee else "–"

    @admin.display(description=_("bank's fee for the return"))
    def shown_return_fee(self, payout: Payout) -> str:
        """Write the bank's fee for the return."""
        return minor(payout.return_fee, payout.currency) if payout.return_fee else "–"

    @admin.display(description=_("month"), ordering="period")
    def month(self, payout: Payout) -> str:
        """Write the month."""
        return date_format(payout.period, "YEAR_MONTH_FORMAT")

    @admin.display(description=pgettext_lazy("of money", "statement"))
    def statement_link(self, payout: Payout) -> str:
        """Lead to the statement."""
        return link_to(getattr(payout, "statement", None))

    @admin.display(description=_("file for the bank"))
    def file_link(self, payout: Payout) -> str:
        """Lead to the file that it is in."""
        found = BankFile.objects.filter(rows__payout=payout).first()
        return link_to(found)

    @admin.display(description=_("parts"))
    def parts(self, payout: Payout) -> str:
        """Write what leaves each account."""
        return table(
            [_("account"), _("amount")],
            (
                (link_to(account), minor(amount, payout.currency))
                for account, amount in payouts.parts(payout)
            ),
        )

    @admin.display(description=_("ledger entries"))
    def entries(self, payout: Payout) -> str:
        """Lead to what it wrote."""
        address = reverse("admin:partners_entry_changelist")
        return link(f"{address}?q=payout/{payout.number}/", _("Show"))

    @admin.display(description=_("items"))
    def items_table(self, payout: Payout) -> str:
        """Write each item with the entry that it comes from."""
        return self._items(payout, taken_out=False)

    @admin.display(description=_("taken out"))
    def taken_out(self, payout: Payout) -> str:
        """Write what was taken out, by whom and why."""
        return self._items(payout, taken_out=True)

    def _items(self, payout: Payout, *, taken_out: bool) -> str:
        items = (
            payout.items.filter(taken_out_at__isnull=not taken_out)
            .select_related("account", "transfer__entry", "taken_out_by")
            .order_by("account_id", "transfer_id")[:SHOWN]
        )
        head: list[Any] = [_("entry"), _("amount"), _("use")]
        if taken_out:
            head += [_("reason"), _("taken out by")]
        return table(
            head,
            (
                (
                    link_to(item.transfer.entry, source_words(item.transfer.entry)),
                    minor(item.amount, payout.currency),
                    use_words(item.account.use or item.account.kind),
                    *((item.reason, item.taken_out_by) if taken_out else ()),
                )
                for item in items
            ),
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Offer what can be done in this state, to those who may."""
        acts = []
        if self.has_act_permission(request) and object_id.isdecimal():
            state = Payout.objects.filter(pk=object_id).values_list("state", flat=True).first()
            acts = [(name, act.title) for name, act in ACTS.items() if state in act.states]
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "acts": acts}
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Offer to propose, to those who may."""
        may = {"may_act": self.has_act_permission(request)}
        return super().changelist_view(request, {**(extra_context or {}), **may})

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of acts."""
        view = self.admin_site.admin_view
        return [
            path("propose/", view(self.propose), name="partners_payout_propose"),
            path("export/", view(self.export), name="partners_payout_export"),
            path("<int:pk>/act/<slug:name>/", view(self.act), name="partners_payout_act"),
            *super().get_urls(),
        ]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def propose(self, request: HttpRequest) -> HttpResponse:
        """Show what is due, held and waiting, and draft a payout."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        initial = {"currency": settings.BASE_CURRENCY, "cut_off": timezone.now()}
        form = ProposeForm(request.POST or None, initial=initial)
        if request.method == "POST" and form.is_valid():
            try:
                payout = payouts.propose(
                    **form.cleaned_data,
                    actor=request.user,  # type: ignore[arg-type]
                    now=timezone.now(),
                )
            except payouts.NotPossible as error:
                form.add_error(None, str(error.message))
            else:
                self.log_addition(request, payout, [{"added": {}}])
                return HttpResponseRedirect(self._page(payout))
        rows = [
            (
                link_to(row.programme, row.programme.code),
                minor(row.due, row.currency),
                minor(row.held, row.currency),
                minor(row.waiting, row.currency) if row.waiting else "–",
            )
            for row in open_claims(Programme.objects.in_bulk())
        ]
        head = [_("programme"), _("may be paid out"), _("held"), _("waits, below zero")]
        return self._ask(
            request,
            title=_("Propose a payout"),
            form=form,
            back=reverse("admin:partners_payout_changelist"),
            table=table(head, rows),
            words=_(
                "Nothing is written into the ledger. An account at zero or below waits: the next"
                " credits make it good once."
            ),
        )

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    @fresh_sign_in
    def act(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Say what an act will do, then do it."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        if name not in ACTS:
            raise Http404
        act = ACTS[name]
        payout = get_object_or_404(
            Payout.objects.select_related("programme", "proposed_by", "submitted_by"), pk=pk
        )
        is_sent = request.method == "POST"
        form = form_of(act, payout, request.POST if is_sent else None)
        if is_sent and form.is_valid():
            refused = perform(act, payout, form, request.user)  # type: ignore[arg-type]
            if not refused:
                self.log_change(request, payout, str(act.title))
                self.message_user(request, _("Done: %s.") % act.title, messages.SUCCESS)
                return HttpResponseRedirect(self._page(payout))
            form.add_error(None, refused)
        words = f"{payout.number}, {payout.programme}, {minor(payout.amount, payout.currency)}"
        return self._ask(
            request,
            title=act.title,
            form=form,
            back=self._page(payout),
            row=payout,
            words=words,
            effects=act.effects(payout),
        )

    @admin.action(description=_("Make one file for the bank"), permissions=["act"])
    def export_chosen(self, request: HttpRequest, chosen: QuerySet[Payout]) -> HttpResponse:
        """Lead to the page that says what will be in the file."""
        ids = ",".join(str(pk) for pk in chosen.order_by("pk").values_list("pk", flat=True))
        return HttpResponseRedirect(f"{reverse('admin:partners_payout_export')}?ids={ids}")

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    @fresh_sign_in
    def export(self, request: HttpRequest) -> HttpResponse:
        """Say what will be in one file for the bank, then make it."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        asked = request.GET.get("ids", "").split(",")
        # Longer ones are no ids: the database's end at nineteen digits.
        ids = [int(pk) for pk in asked if pk.isdecimal() and len(pk) < 19]
        chosen = list(Payout.objects.filter(pk__in=ids).order_by("pk"))
        form = NothingForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            refused = perform(MANY, chosen, form, request.user)  # type: ignore[arg-type]
            if not refused:
                kept = BankFile.objects.get(rows__payout=chosen[0])
                self.log_addition(request, kept, [{"added": {}}])
                return HttpResponseRedirect(
                    reverse("admin:partners_bankfile_change", args=[kept.pk])
                )
            form.add_error(None, refused)
        return self._ask(
            request,
            title=_("Make one file for the bank"),
            form=form,
            back=reverse("admin:partners_payout_changelist"),
            effects=[
                (row.number, f"{minor(row.amount, row.currency)}, {row.bank_masked or '–'}")
                for row in chosen
            ],
            words=_("A CSV for your bank, kept encrypted with its hash."),
        )

    def _page(self, payout: Payout) -> str:
        return reverse("admin:partners_payout_change", args=[payout.pk])

    def _ask(self, request: HttpRequest, **context: Any) -> HttpResponse:
        media = self.media + context["form"].media
        page = {**self.admin_site.each_context(request), "opts": self.opts, "media": media}
        return TemplateResponse(request, "partners/admin/act.html", {**page, **context})
