"""Repeated gifts in the admin: followed, and changed as their donors can change them."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from weintl.payments.sessions import NotPayable, ProviderUnavailable
from weintl.rows import ReadOnlyAdmin, facts, link_to, minor, shown, table

from .. import plans
from ..models import Fund, Plan
from ..plan_forms import ActForm, AmountForm, FundForm, new_key

S = plans.S
DONE = _("Done; the donor is told by mail.")
AWAY = _("The payment provider does not answer. Send it again in a minute: it is done once.")
# Each act: its words, and in which states it goes.
ACTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "amount": (_("Another amount"), (S.ACTIVE, S.PAST_DUE, S.PAUSED)),
    "fund": (_("Another purpose"), (S.ACTIVE, S.PAST_DUE, S.PAUSED)),
    "skip": (_("Skip the next one"), (S.ACTIVE,)),
    "unskip": (_("Give the next one after all"), (S.ACTIVE,)),
    "pause": (_("Pause"), (S.ACTIVE,)),
    "resume": (_("Go on"), (S.PAUSED,)),
    "end": (_("End it"), (S.ACTIVE, S.PAST_DUE, S.PAUSED)),
}
# Why the card was declined, by the kind that the donor is told; the bank's word stands behind.
DECLINED = {
    "expired": _("the card has expired or is blocked"),
    "short": _("the money was short"),
    "bank": _("the bank did not say why"),
}
SIMPLE: dict[str, Callable[[Plan, plans.Act], Plan]] = {
    "skip": plans.skip_next,
    "unskip": plans.unskip,
    "pause": plans.pause,
    "resume": plans.resume,
    "end": plans.cancel,
}


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    """What donors give regularly; a card is only ever changed by its owner."""

    change_form_template = "donations/admin/plan.html"
    # The donor's page of it opens to the donor alone.
    view_on_site = False
    list_display = ["number", "donor", "shown_total", "interval", "fund", "state", "next_on"]
    list_filter = ["subscription__state", "interval", "fund"]
    list_select_related = ["donor", "fund", "subscription"]
    search_fields = ["donor__email", "donor__name", "subscription__subscription_id"]
    search_help_text = _("E-mail, name, or the provider's id")
    ordering = ["-created_at", "-pk"]
    fields = ["donor_link", "state", "shown_amount", "shown_fee", "interval", "fund", "next_on"]
    fields += ["overdue_reason", "created_at", "ended_at", "gift_lines", "change_lines"]
    readonly_fields = ["donor_link", "state", "shown_amount", "shown_fee", "next_on"]
    readonly_fields += ["overdue_reason", "ended_at", "gift_lines", "change_lines"]
    needs: ClassVar = {"donor_link": "donations.view_donor", "gift_lines": "donations.view_gift"}

    @admin.display(description=_("plan"), ordering="pk")
    def number(self, plan: Plan) -> str:
        """Return its number."""
        return str(plan)

    @admin.display(description=_("donor"))
    def donor_link(self, plan: Plan) -> str | SafeString:
        """Link the donor."""
        return link_to(plan.donor)

    @admin.display(description=_("each time"), ordering="amount")
    def shown_total(self, plan: Plan) -> str:
        """Write what is charged each time."""
        return shown(plan.total)

    @admin.display(description=_("gift"))
    def shown_amount(self, plan: Plan) -> str:
        """Write the gift."""
        return shown(plan.money)

    @admin.display(description=_("fee covered"))
    def shown_fee(self, plan: Plan) -> str:
        """Write the fee that the donor covers."""
        return shown(plan.fee_cover)

    @admin.display(description=_("state"), ordering="subscription__state")
    def state(self, plan: Plan) -> str:
        """Write how it stands."""
        return plan.subscription.get_state_display()

    @admin.display(description=_("next gift"), ordering="subscription__period_end")
    def next_on(self, plan: Plan) -> str:
        """Write the day of the next gift, and whether it is skipped."""
        row = plan.subscription
        if row.period_end is None or row.state in {S.ENDED, S.PAUSED}:
            return "–"
        day = date_format(localtime(row.period_end), "DATE_FORMAT")
        return str(_("%s, skipped") % day if row.skips_until else day)

    @admin.display(description=_("why the last did not come"))
    def overdue_reason(self, plan: Plan) -> str:
        """Write it in words, and the provider's own."""
        row = plan.subscription
        if not row.decline_code:
            return row.end_reason or "–"
        return f"{DECLINED[plans.why(row.decline_code)]} ({row.decline_code})"

    @admin.display(description=_("ended"))
    def ended_at(self, plan: Plan) -> str:
        """Write when it ended."""
        at = plan.subscription.ended_at
        return date_format(localtime(at), "DATETIME_FORMAT") if at else "–"

    @admin.display(description=_("gifts"))
    def gift_lines(self, plan: Plan) -> str | SafeString:
        """Link the newest gifts of it."""
        rows = plan.gifts.order_by("-created_at", "-pk")[:24]
        return table(
            [_("gift"), _("state"), _("amount")],
            ((link_to(gift), gift.get_state_display(), shown(gift.total)) for gift in rows),
        )

    @admin.display(description=_("changes"))
    def change_lines(self, plan: Plan) -> str | SafeString:
        """Write each change: when, what, by whom, before and after."""
        rows = plan.changes.select_related("actor").order_by("changed_at", "pk")
        funds = {fund.key: fund.name for fund in Fund.objects.all()}
        return table(
            [_("when"), _("change"), _("by"), _("before"), _("after")],
            (
                (
                    date_format(localtime(row.changed_at), "DATETIME_FORMAT"),
                    row.get_kind_display(),
                    row.actor or row.get_by_display(),
                    facts(_told(plan, row.before, funds)),
                    facts(_told(plan, row.after, funds)),
                )
                for row in rows
            ),
        )

    def get_urls(self) -> list[URLPattern]:
        """Add a page for each act."""
        view = self.admin_site.admin_view(self.act_view)
        found = [
            path(f"<int:pk>/{act}/", view, {"act": act}, name=f"donations_plan_{act}")
            for act in ACTS
        ]
        return [*found, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Offer the acts that its state allows to who may do them."""
        plan: Any = self.get_object(request, object_id)
        acts = []
        if plan is not None and self.has_act_permission(request):
            acts = [
                (words, reverse(f"admin:donations_plan_{name}", args=[plan.pk]))
                for name, (words, _states) in ACTS.items()
                if _goes(plan, name)
            ]
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "acts": acts}
        )

    def act_view(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        """Ask, then change; what the provider refuses is said beside the form."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        rows: QuerySet[Plan] = Plan.objects.select_related("donor", "fund", "subscription")
        plan = get_object_or_404(rows, pk=pk)
        back = reverse("admin:donations_plan_change", args=[pk])
        form = _form(act, request.POST if request.method == "POST" else None, plan)
        if form.is_valid() and plans.is_done(plan, form.cleaned_data["key"]):
            # Sent twice, or sent again since its answer was lost.
            self.message_user(request, DONE, messages.SUCCESS)
            return HttpResponseRedirect(back)
        if not _goes(plan, act):
            words = _("This cannot be done as it stands now; nothing was changed.")
            self.message_user(request, words, messages.WARNING)
            return HttpResponseRedirect(back)
        if form.is_valid():
            try:
                _do(plan, act, form.cleaned_data, actor=request.user)
            except NotPayable:
                words = _(
                    "The payment provider could not do this. How it stands now is shown here."
                )
                form.add_error(None, str(words))
            except ProviderUnavailable:
                form.add_error(None, str(AWAY))
            else:
                self.message_user(request, DONE, messages.SUCCESS)
                return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": ACTS[act][0],
            "opts": self.opts,
            "row": plan,
            "back": back,
            "form": form,
            "words": f"{plan.donor}, {shown(plan.total)}, {plan.get_interval_display()}",
        }
        return TemplateResponse(request, "donations/admin/plan_act.html", context)


def _told(plan: Plan, kept: dict[str, Any], funds: dict[str, str]) -> dict[str, Any]:
    """Return how a plan stood, in words; `funds` are names by key."""
    told = {
        str(_("state")): S(kept["state"]).label,
        str(_("gift")): minor(kept["amount"], plan.currency),
        str(_("fee covered")): minor(kept["fee_cover"], plan.currency),
        str(_("fund")): funds.get(kept["fund"], kept["fund"]),
    }
    if kept.get("is_skipped"):
        told[str(_("next gift"))] = _("skipped")
    return told


def _goes(plan: Plan, act: str) -> bool:
    row = plan.subscription
    if act in {"skip", "unskip"} and bool(row.skips_until) != (act == "unskip"):
        return False
    return row.state in ACTS[act][1]


def _form(act: str, data: Any, plan: Plan) -> forms.Form:
    if act == "amount":
        return AmountForm(data, plan=plan)
    if act == "fund":
        return FundForm(data, plan=plan)
    return ActForm(data, initial={"key": new_key()})


def _do(plan: Plan, act: str, given: dict[str, Any], *, actor: Any) -> None:
    done = plans.Act(plans.By.STAFF, given["key"], timezone.now(), actor)
    if act == "amount":
        plans.change_amount(plan, given["amount"], done)
    elif act == "fund":
        plans.change_fund(plan, given["fund"], done)
    else:
        SIMPLE[act](plan, done)
