"""What a donor or staff fill in to change a plan. Forms check and have no effects."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from weintl.money import Money

from . import amounts
from .forms import format_plain, format_round, read_amount
from .models import Fund, Plan


def new_key() -> str:
    """Return a word that makes one act of one form, however often it is sent."""
    return uuid4().hex


class ActForm(forms.Form):
    """An act without anything to fill in; sent twice, it is done once."""

    key = forms.RegexField(r"\A[0-9a-f]{32}\Z", widget=forms.HiddenInput)


class AmountForm(ActForm):
    """What each gift is to be."""

    amount = forms.CharField(label=_("Another amount"), max_length=20)

    def __init__(self, data: Any = None, *, plan: Plan) -> None:
        """Show what it is now."""
        now = {"amount": format_plain(plan.money), "key": new_key()}
        super().__init__(data, initial=now, auto_id="amount_%s")
        self.currency = plan.currency
        self.fields["amount"].widget.attrs |= {"inputmode": "decimal", "class": "mid"}

    def clean_amount(self) -> Money:
        """Read an amount within the limits of a gift."""
        amount = read_amount(self.cleaned_data["amount"], currency=self.currency)
        try:
            return amounts.within_limits(amount)
        except amounts.OutOfRange as error:
            limit = {"limit": format_round(error.limit)}
            if error.is_too_small:
                words = _("The smallest gift is %(limit)s: below it, card fees eat most of it.")
            else:
                words = _("This page takes gifts up to %(limit)s. For more, please write to us.")
            raise forms.ValidationError(words % limit) from error


class FundForm(ActForm):
    """What gifts are to be for from now on."""

    fund: "forms.ModelChoiceField[Fund]" = forms.ModelChoiceField(
        label=_("For what"), queryset=Fund.objects.none(), to_field_name="key", empty_label=None
    )

    def __init__(self, data: Any = None, *, plan: Plan) -> None:
        """Offer the funds that are open, and the plan's own."""
        now = {"fund": plan.fund.key, "key": new_key()}
        super().__init__(data, initial=now, auto_id="fund_%s")
        offered = Fund.objects.filter(is_open=True) | Fund.objects.filter(pk=plan.fund_id)
        self.fields["fund"].queryset = offered.order_by("position", "pk")  # type: ignore[attr-defined]
