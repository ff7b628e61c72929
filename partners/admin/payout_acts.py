"""What may be done with a payout: who sees which act when, what it will do, and doing it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminDateWidget
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners import available, exports, payout_returns, payouts, statements
from partners.models import Payout, PayoutItem
from partners.papers import reference_words, use_words
from weintl import encryption
from weintl.accounts.models import User
from weintl.money.forms import AmountField
from weintl.rows import minor

S = Payout.State
Line = tuple[str, str]


class NothingForm(forms.Form):
    """Asks for nothing but a yes."""

    def fit(self, payout: Payout) -> None:
        """Fit the form to its payout: here there is nothing to fit."""


class ReasonForm(NothingForm):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("reason"),
        max_length=250,
        help_text=gettext_lazy("Kept for ever. Write no names."),
    )


class ApproveForm(NothingForm):
    """Carries what the approver has seen."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


class ItemChoice(forms.ModelMultipleChoiceField):
    """Items to tick, each with its account and source."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, item: Any) -> str:
        """Write amount, use and what it came from."""
        entry = item.transfer.entry
        reference = statements.reference(entry.source_key)
        words = reference_words({"reference": reference, "entry": entry.pk})
        use = use_words(item.account.use or item.account.kind)
        return f"{minor(item.amount, item.account.currency)}, {use}, {words}"


class TakeOutForm(ReasonForm):
    """Credits to take out of a draft."""

    items = ItemChoice(label=gettext_lazy("items"), queryset=PayoutItem.objects.none())
    field_order = ["items", "reason"]

    def fit(self, payout: Payout) -> None:
        """Offer the credits that count."""
        found: Any = self.fields["items"]
        found.queryset = (
            PayoutItem.objects.filter(payout=payout, is_live=True, amount__gt=0)
            .select_related("account", "transfer__entry")
            .order_by("account_id", "transfer_id")
        )


class BankForm(NothingForm):
    """What the bank's own account says. The fee is in the payout's currency."""

    reference = forms.CharField(label=gettext_lazy("bank's reference"), max_length=80)

    def fit(self, payout: Payout) -> None:
        """Ask for the fee with the decimal places of the payout's currency."""
        label = _("bank's fee")
        self.fields["fee"] = AmountField(
            label=f"{label} ({payout.currency.upper()})",
            currency=payout.currency,
            max_value=100_000,
            required=False,
            help_text=_("Operations bears it; the programme gets the whole amount."),
        )


class PaidForm(BankForm):
    """When it was paid."""

    paid_on = forms.DateField(label=gettext_lazy("paid on"), widget=AdminDateWidget)
    field_order = ["paid_on", "reference"]


class ReturnedForm(BankForm):
    """When it came back, and why."""

    returned_on = forms.DateField(label=gettext_lazy("came back on"), widget=AdminDateWidget)
    reason = forms.CharField(
        label=gettext_lazy("reason"),
        max_length=250,
        help_text=gettext_lazy("Kept for ever. Write no names."),
    )
    field_order = ["returned_on", "reference", "reason"]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do: its words, the states in which it can be done, its form, its effects."""

    title: Any
    states: frozenset[str]
    run: Callable[[Any, forms.Form, User], object]
    effects: Callable[[Any], list[Line]]
    form: type[NothingForm] = NothingForm
    initial: Callable[[Payout], dict[str, Any]] = field(default=lambda payout: {})


def _transit(payout: Payout) -> list[Line]:
    return [
        (account.code, f"− {minor(amount, payout.currency)}")
        for account, amount in payouts.parts(payout)
    ]


def _of_submitting(payout: Payout) -> list[Line]:
    return [
        (_("Amount"), minor(payout.amount, payout.currency)),
        (_("After that"), _("Items can be taken out only once it was sent back.")),
        (_("Next"), _("A person who did not propose, adjust or submit it approves it.")),
    ]


def _of_approving(payout: Payout) -> list[Line]:
    details = payout.programme.bank_details.approved(payout.programme_id).first()
    account = details.masked if details and details.is_in_force(timezone.now()) else _("none yet")
    return [
        (_("To account"), account),
        (_("Proposed by"), str(payout.proposed_by or _("the system"))),
        (_("Submitted by"), str(payout.submitted_by)),
        *_transit(payout),
        (_("Payouts under way"), f"+ {minor(payout.amount, payout.currency)}"),
        (_("Undo"), _("Only by marking it as failed: then all of it is owed again.")),
    ]


def _of_exporting(payout: Payout) -> list[Line]:
    return [
        (_("To account"), payout.bank_masked),
        (_("File"), _("A CSV for your bank, kept encrypted with its hash.")),
        (_("Ledger"), _("Nothing is written until the bank has paid.")),
    ]


def _of_paying(payout: Payout) -> list[Line]:
    return [
        (_("Payouts under way"), f"− {minor(payout.amount, payout.currency)}"),
        (_("Bank"), _("− the same amount, and the bank's fee")),
        (_("Statement"), _("Is issued at once, with the next number, and is never changed.")),
        (_("Buyers and donors"), _("See on their own pages that their part was paid.")),
        (_("Undo"), _("Not possible; if the bank sends it back later, record that here.")),
    ]


def _of_returning(payout: Payout) -> list[Line]:
    return [
        (_("Bank"), f"+ {minor(payout.amount, payout.currency)}"),
        *((account, amount.replace("−", "+", 1)) for account, amount in _transit(payout)),
        (_("Items"), _("Are free: propose a new payout to pay them again.")),
        (_("Statement"), _("The one that was issued stays; the next one tells the return.")),
        (_("Buyers and donors"), _("See on their own pages that it came back and is owed again.")),
        (_("Undo"), _("Not possible.")),
    ]


def _of_failing(payout: Payout) -> list[Line]:
    return [
        (_("Payouts under way"), f"− {minor(payout.amount, payout.currency)}"),
        *((account, amount.replace("−", "+", 1)) for account, amount in _transit(payout)),
        (_("Items"), _("Are free: propose a new payout to try again.")),
    ]


def _of_freeing(payout: Payout) -> list[Line]:
    return [
        (_("Items"), _("Are free and come into the next payout that is proposed.")),
        (_("Ledger"), _("Nothing is written.")),
    ]


def _of_sending_back(payout: Payout) -> list[Line]:
    return [(_("State"), _("Draft again: items can be taken out."))]


def _approve(payout: Payout, form: forms.Form, actor: User) -> None:
    payouts.approve(
        payout=payout,
        seen=form.cleaned_data["seen"],
        actor=actor,
        now=timezone.now(),
        four_eyes=settings.FOUR_EYES,
    )


def _take_out(payout: Payout, form: forms.Form, actor: User) -> None:
    payouts.take_out(
        payout=payout,
        item_ids=[item.pk for item in form.cleaned_data["items"]],
        reason=form.cleaned_data["reason"],
        actor=actor,
        now=timezone.now(),
    )


def _paid(payout: Payout, form: forms.Form, actor: User) -> None:
    payouts.mark_paid(
        payout=payout,
        reference=form.cleaned_data["reference"],
        fee=form.cleaned_data["fee"] or 0,
        paid_on=form.cleaned_data["paid_on"],
        actor=actor,
        now=timezone.now(),
    )


def _failed(payout: Payout, form: forms.Form, actor: User) -> None:
    reason = form.cleaned_data["reason"]
    payouts.mark_failed(payout=payout, reason=reason, actor=actor, now=timezone.now())


def _returned(payout: Payout, form: forms.Form, actor: User) -> None:
    payout_returns.mark_returned(
        payout=payout,
        reference=form.cleaned_data["reference"],
        fee=form.cleaned_data["fee"] or 0,
        returned_on=form.cleaned_data["returned_on"],
        reason=form.cleaned_data["reason"],
        actor=actor,
        now=timezone.now(),
    )


def _drop(payout: Payout, form: forms.Form, actor: User) -> None:
    reason = form.cleaned_data["reason"]
    payouts.drop(payout=payout, reason=reason, actor=actor, now=timezone.now())


ACTS: dict[str, Act] = {
    "submit": Act(
        gettext_lazy("Submit for approval"),
        frozenset({S.DRAFT}),
        lambda payout, form, actor: payouts.submit(payout=payout, actor=actor, now=timezone.now()),
        _of_submitting,
    ),
    "take-out": Act(
        gettext_lazy("Take items out"), frozenset({S.DRAFT}), _take_out, _of_freeing, TakeOutForm
    ),
    "approve": Act(
        gettext_lazy("Approve"),
        frozenset({S.SUBMITTED}),
        _approve,
        _of_approving,
        ApproveForm,
        lambda payout: {"seen": payouts.fingerprint(payout)},
    ),
    "send-back": Act(
        gettext_lazy("Send back"),
        frozenset({S.SUBMITTED}),
        lambda payout, form, actor: payouts.send_back(
            payout=payout, reason=form.cleaned_data["reason"]
        ),
        _of_sending_back,
        ReasonForm,
    ),
    "drop": Act(
        gettext_lazy("Drop"), frozenset({S.DRAFT, S.SUBMITTED}), _drop, _of_freeing, ReasonForm
    ),
    "export": Act(
        gettext_lazy("Make the bank's file"),
        frozenset({S.APPROVED}),
        lambda payout, form, actor: exports.export(
            payouts=[payout], actor=actor, now=timezone.now()
        ),
        _of_exporting,
    ),
    "paid": Act(
        gettext_lazy("Mark as paid"),
        frozenset({S.EXPORTED}),
        _paid,
        _of_paying,
        PaidForm,
        lambda payout: {"paid_on": localdate()},
    ),
    "failed": Act(
        gettext_lazy("Mark as failed"),
        frozenset({S.APPROVED, S.EXPORTED}),
        _failed,
        _of_failing,
        ReasonForm,
    ),
    "returned": Act(
        gettext_lazy("Record that it came back"),
        frozenset({S.PAID}),
        _returned,
        _of_returning,
        ReturnedForm,
        lambda payout: {"returned_on": localdate()},
    ),
}

# One file of several payouts: its page says itself what will be in it.
MANY = Act(
    gettext_lazy("Make one file for the bank"),
    frozenset({S.APPROVED}),
    lambda chosen, form, actor: exports.export(payouts=chosen, actor=actor, now=timezone.now()),
    lambda chosen: [],
)

NO_KEY = gettext_lazy("Bank details cannot be read: ENCRYPTION_KEYS is missing or has changed.")


def form_of(act: Act, payout: Payout, data: Any) -> forms.Form:
    """Return the act's form, filled for that payout."""
    form = act.form(data, initial=act.initial(payout))
    form.fit(payout)
    return form


def perform(act: Act, row: Payout | list[Payout], form: forms.Form, actor: User) -> str:
    """Do it; return why not, or nothing."""
    try:
        act.run(row, form, actor)
    except payouts.NotPossible as error:
        return str(error.message)
    except (encryption.NoKey, encryption.Unreadable):
        return str(NO_KEY)
    return ""


@dataclass(frozen=True, slots=True)
class Open:
    """What one programme has in one currency: due, held, and whether an account waits."""

    programme: Any
    currency: str
    due: int
    held: int
    waiting: int


def open_claims(programmes: dict[int, Any]) -> list[Open]:
    """Return what stands in no live payout, by programme and currency, as it is now."""
    now = timezone.now()
    by_owner: dict[tuple[int, str], list[available.Claim]] = {}
    for claim in available.claims(cut_off=now):
        by_owner.setdefault((claim.programme_id, claim.currency), []).append(claim)
    rows = []
    for (programme_id, currency), claims in by_owner.items():
        found = available.standings(claims, cut_off=now)
        rows.append(
            Open(
                programmes[programme_id],
                currency,
                due=sum(one.total for one in found if not one.is_waiting),
                held=sum(claim.amount for one in found for claim in one.held),
                waiting=sum(one.total for one in found if one.is_waiting),
            )
        )
    return sorted(rows, key=lambda row: (row.programme.code, row.currency))
