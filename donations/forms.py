"""The form of the give page and the one by which staff refund a gift."""

import re
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.functional import cached_property, lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from weintl.money import Money, exponent
from weintl.money.formatting import format_money, name_of
from weintl.payments.models import Interval

from . import amounts
from .extra_forms import ExtrasForm
from .models import Campaign, Fund, Suggestion

in_words = lazy(lambda cents, currency: format_round(Money(cents, currency)), str)


def format_round(value: Money) -> str:
    """Return `value` in the active language, without cents where there are none."""
    return re.sub(r"[.,]00(?!\d)", "", format_money(value))


def format_plain(value: Money) -> str:
    """Return `value` as one types it in either language, such as 40.50."""
    places = exponent(value.currency)
    digits = str(value.amount).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def new_submission_key() -> str:
    """Return a word that makes one sending of a form its own."""
    return secrets.token_urlsafe(16)


def read_amount(text: str, *, currency: str) -> Money:
    """Return the amount typed in the active language. Raises ValidationError that says how."""
    try:
        return amounts.parse(text, language=get_language() or "en", currency=currency)
    except amounts.NotAnAmount as error:
        # Yen have no cents to show as an example.
        words = error.message if exponent(currency) else error.whole_message
        raise forms.ValidationError(words) from error


class AmountChoice(forms.TypedChoiceField):
    """An amount among those offered; what is sent may be any, as one may write any.

    So a page that was shown before staff changed the amounts is still good, and taking a gift
    reads none of them.
    """

    def valid_value(self, value: Any) -> bool:
        """Leave it to the limits."""
        return True


class GiveForm(ExtrasForm):
    """One gift: how much, for what, from whom; three fields must be filled in, no more."""

    field_order = ("choice", "own_amount", "fund", "email", "name")

    choice = AmountChoice(
        label=_("How much"),
        widget=forms.RadioSelect,
        coerce=int,
        required=False,
        empty_value=None,
        error_messages={
            "invalid_choice": _("This amount is offered no more: choose another or write your own.")
        },
    )
    own_amount = forms.CharField(label=_("Another amount"), max_length=20, required=False)
    fund: "forms.ModelChoiceField[Fund]" = forms.ModelChoiceField(
        label=_("For what"),
        queryset=Fund.objects.none(),
        to_field_name="key",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": _("Choose what your gift is for."),
            "invalid_choice": _("That takes no gifts any more. Choose what your gift is for."),
        },
    )
    is_fee_covered = forms.BooleanField(label=_("Card fee"), required=False)
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        required=False,
        help_text=_("For the thank-you and the receipt. No page shows it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("For the thank-you and the link to your gift. Nothing else is sent."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Enter your e-mail address: the link to your gift is sent there."),
            "invalid": _("Enter an e-mail address such as name@example.org."),
        },
    )
    # Each button of the form says how often: nobody gives monthly by accident.
    interval = forms.ChoiceField(choices=[("", ""), *Interval.choices], required=False)
    # What the page showed its amounts in: staff may have dropped it since.
    currency_shown = forms.CharField(max_length=3, required=False)
    # One that is missing is refused by the guard, which gives a new one with what was typed.
    submission_key = forms.CharField(required=False, widget=forms.HiddenInput)
    # People never see it; programs that fill in every field do.
    website = forms.CharField(label=_("Leave this empty"), required=False, max_length=200)

    def __init__(
        self,
        *args: Any,
        currency: str,
        offers: Callable[[], Sequence[Suggestion]],
        campaign: Campaign | None = None,
        currencies: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        """Offer amounts and the funds that are open; `currency` is what the gift is made in.

        `currencies` are all that one may change to.

        `offers` is asked only when the amounts are to be shown.
        A campaign has its fund: there is nothing to choose then.
        """
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.campaign = campaign
        self.currencies = currencies
        self._offers = offers
        self.fields["choice"].choices = self._choices  # type: ignore[attr-defined]
        if campaign:
            del self.fields["fund"]
        else:
            self.fields["fund"].queryset = Fund.objects.open_now()  # type: ignore[attr-defined]
        own = self.fields["own_amount"]
        own.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "class": "mid"}
        least = format_round(amounts.least(currency))
        own.help_text = _("From %(least)s.") % {"least": least}

    @cached_property
    def offers(self) -> Sequence[Suggestion]:
        """Return what is offered; one query, the first time."""
        return self._offers()

    def _choices(self) -> list[tuple[int, Any]]:
        values = [each.money.amount for each in self.offers]
        return [(value, in_words(value, self.currency)) for value in values]

    @property
    def amounts_offered(self) -> list[tuple[BoundWidget, Suggestion]]:
        """Return each amount to choose, with what it makes possible."""
        return list(zip(self["choice"], self.offers, strict=True))

    @property
    def sign(self) -> str:
        """Return what stands before an amount that is typed."""
        return amounts.sign(self.currency)

    @property
    def currencies_offered(self) -> list[tuple[str, str]]:
        """Return code and name of each currency, if there is one to choose."""
        return [(code, name_of(code)) for code in self.currencies if len(self.currencies) > 1]

    def clean_currency_shown(self) -> str:
        """Refuse amounts that were shown in another currency: 50 pesos are not 50 dollars."""
        code: str = self.cleaned_data["currency_shown"]
        if code and code != self.currency:
            gone = {"gone": code.upper(), "now": name_of(self.currency)}
            words = _("We take no gifts in %(gone)s now. Below, amounts are in %(now)s.")
            self.add_error(None, words % gone)
        return code

    def clean_own_amount(self) -> Money | None:
        """Read what was typed; nothing typed is no error."""
        text = self.cleaned_data["own_amount"]
        if not text:
            return None
        amount = read_amount(text, currency=self.currency)
        try:
            return amounts.within_limits(amount)
        except amounts.OutOfRange as error:
            limit = {"limit": format_round(error.limit)}
            if error.is_too_small:
                words = _("The smallest gift is %(limit)s: below it, card fees eat most of it.")
            else:
                words = _("This page takes gifts up to %(limit)s. For more, please write to us.")
            raise forms.ValidationError(words % limit) from error

    def clean(self) -> dict[str, Any]:
        """Set `amount`: what was typed, else what was chosen."""
        data = super().clean() or {}
        self.check_tribute()
        if self.campaign:
            data["fund"] = self.campaign.fund
        if "own_amount" in self.errors or "choice" in self.errors:
            return data
        own, choice = data.get("own_amount"), data.get("choice")
        if own is not None:
            data["amount"] = own
        elif choice is not None:
            try:
                data["amount"] = amounts.within_limits(Money(choice, self.currency))
            except amounts.OutOfRange:
                self.add_error("choice", self.fields["choice"].error_messages["invalid_choice"])
        else:
            self._ask_for_an_amount()
        return data

    def _ask_for_an_amount(self) -> None:
        if self.offers:
            self.add_error("choice", _("Choose an amount or write your own."))
        else:
            self.add_error("own_amount", _("Enter an amount in figures, such as 25 or 25.50."))


class RefundForm(forms.Form):
    """How much of a gift goes back, and why."""

    amount = forms.CharField(label=_("Amount"), max_length=20)
    reason = forms.CharField(
        label=_("Reason"), max_length=250, help_text=_("For our own books; the donor sees none.")
    )
    request_key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, remaining: Money, **kwargs: Any) -> None:
        """Take what is left to refund."""
        super().__init__(*args, **kwargs)
        self.remaining = remaining

    def clean_amount(self) -> Money:
        """Read an amount above zero and within what is left."""
        amount = read_amount(self.cleaned_data["amount"], currency=self.remaining.currency)
        if not amount:
            raise forms.ValidationError(_("Enter an amount above zero."))
        if amount > self.remaining:
            left = {"left": format_money(self.remaining)}
            raise forms.ValidationError(_("Only %(left)s of this gift is left to refund.") % left)
        return amount
