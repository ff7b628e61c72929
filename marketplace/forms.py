"""What a shopper fills in. Forms check input and have no effects."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from donations.forms import in_words, read_amount
from donations.models import Fund
from weintl.money import Money
from weintl.money.formatting import format_money

from . import addresses
from .cart import PIECES
from .models import ReturnRequest, Unit
from .offers import Details, Extras
from .place_forms import COUNTRIES, PlaceForm

# Minor units offered as a gift, and the limits of what one may type.
GIFTS = (500, 1000, 2500)
LEAST_GIFT, MOST_GIFT = 100, 1_000_000


def _email(**options: Any) -> forms.EmailField:
    return forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={
            "required": _("Enter your e-mail address"),
            "invalid": _("Enter an e-mail address with an @, like name@example.org"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        **options,
    )


class AlertForm(forms.Form):
    """Who wants a mail when a piece is back."""

    email = _email()
    # People never see it; programs that fill in every field do.
    website = forms.CharField(label=_("Leave this empty"), required=False, max_length=200)


class PiecesForm(forms.Form):
    """Some pieces of an order, to tick."""

    units = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    # One form acts once, however often it is sent.
    key = forms.CharField(widget=forms.HiddenInput, max_length=32)

    def __init__(self, data: Any = None, *, units: Sequence[Unit]) -> None:
        """Offer `units`; a single one is ticked."""
        super().__init__(data, initial={"key": uuid4().hex})
        self.offer(units)

    def offer(self, units: Sequence[Unit]) -> None:
        """Offer other pieces than before."""
        field: Any = self.fields["units"]
        field.choices = [(str(unit.pk), _offered(unit)) for unit in units]
        if len(units) == 1:
            self.initial["units"] = [str(units[0].pk)]

    @property
    def own_key(self) -> str:
        """Return the form's key, also where its pieces are not offered any more; else empty."""
        return self.cleaned_data.get("key", "") if self.is_bound and self.errors is not None else ""

    @property
    def unit_ids(self) -> list[int]:
        """Return the keys of what was ticked."""
        return [int(pk) for pk in self.cleaned_data["units"]]


class CancelForm(PiecesForm):
    """Pieces of an order that its buyer no longer wants."""

    def __init__(self, data: Any = None, *, units: Sequence[Unit]) -> None:
        """Ask for what is to be cancelled."""
        super().__init__(data, units=units)
        self.fields["units"].label = _("Which pieces do you want to cancel?")


class ReturnForm(PiecesForm):
    """Pieces that a buyer wants to send back, and why."""

    reason = forms.ChoiceField(
        label=_("Why?"),
        choices=ReturnRequest.Reason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason: it helps the workshop.")},
    )
    words = forms.CharField(
        label=_("What was not right?"),
        help_text=_("As short as you like, 500 letters at most."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, data: Any = None, *, units: Sequence[Unit]) -> None:
        """Ask for what is to be sent back."""
        super().__init__(data, units=units)
        self.fields["units"].label = _("Which pieces do you want to send back?")


def _offered(unit: Unit) -> str:
    paid = format_money(Money(unit.charged_amount, unit.currency))
    return f"{unit.line.product_name}, {paid}"


class AddForm(forms.Form):
    """What a product page sends."""

    sku = forms.CharField(max_length=60)
    quantity = forms.IntegerField(min_value=1, max_value=PIECES, required=False)


class CountryForm(forms.Form):
    """Where the parcel is to go."""

    country = forms.ChoiceField(
        label=_("Deliver to"),
        choices=COUNTRIES,
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )


class DetailsForm(PlaceForm):
    """Who buys and where the parcel goes, with the fields of the country that is chosen."""

    email = _email(help_text=_("For the receipt and delivery only. No newsletter."))
    hides_prices = forms.BooleanField(
        label=_("It is a present: no prices in the parcel"), required=False
    )
    message = forms.CharField(
        label=_("Words for the card"),
        help_text=_("Written on a card in the parcel, 300 letters at most."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    voucher = forms.CharField(label=_("Voucher code"), max_length=40, required=False)
    gift = forms.ChoiceField(
        label=_("Add a gift of money"), widget=forms.RadioSelect, required=False
    )
    gift_own = forms.CharField(label=_("Another amount"), max_length=20, required=False)
    gift_fund = forms.ChoiceField(label=_("For what"), required=False)
    # Offered to whoever is signed in.
    keep_address = forms.BooleanField(label=_("Keep this address in my account"), required=False)
    # The address is asked for after the e-mail address, as the page has it.
    field_order = ("email",)

    def __init__(self, data: Any = None, **options: Any) -> None:
        """Lay the address out as its country writes it, and offer gifts."""
        super().__init__(data, **options)
        self._offer_gifts()

    def _offer_gifts(self) -> None:
        currency = settings.BASE_CURRENCY
        amounts = [(str(cents), in_words(cents, currency)) for cents in GIFTS]
        named: Any = self.fields
        named["gift"].choices = [("", _("No gift")), *amounts]
        named["gift_own"].widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
        funds = [(fund.key, fund.name) for fund in Fund.objects.open_now()]
        named["gift_fund"].choices = funds
        if not funds:
            for name in ("gift", "gift_own", "gift_fund"):
                named[name].disabled = True

    def clean_gift_own(self) -> int:
        """Read an amount that was typed, in minor units; zero for none."""
        text = self.cleaned_data["gift_own"]
        if not text:
            return 0
        amount = read_amount(text, currency=settings.BASE_CURRENCY)
        if not LEAST_GIFT <= amount.amount <= MOST_GIFT:
            words = _("A gift added to an order is from %(least)s to %(most)s.")
            limits = {
                "least": format_money(Money(LEAST_GIFT, amount.currency)),
                "most": format_money(Money(MOST_GIFT, amount.currency)),
            }
            raise forms.ValidationError(words % limits)
        return amount.amount

    def clean_voucher(self) -> str:
        """Take a code without the blanks around it."""
        return addresses.tidy(self.cleaned_data["voucher"])

    def details(self) -> Details:
        """Return what was filled in, of a valid form."""
        return Details(**{each.name: self.cleaned_data[each.name] for each in fields(Details)})

    def extras(self) -> Extras:
        """Return what is added to the order, of a valid form. What was typed counts."""
        given = self.cleaned_data
        gift = given["gift_own"] or int(given["gift"] or 0)
        if gift and not given["gift_fund"]:
            gift = 0
        return Extras(
            voucher=given["voucher"],
            gift=gift,
            gift_fund=given["gift_fund"] if gift else "",
        )


FIELDS = tuple(DetailsForm.base_fields)
