"""What a shopper fills in. Forms check input and have no effects."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from donations.forms import in_words, read_amount
from donations.models import Fund
from weintl.money import Money
from weintl.money.formatting import format_money

from . import addresses
from .addresses import Layout
from .cart import PIECES
from .models import Unit
from .offers import Details, Extras

# What a field must say when it is needed and empty.
ASK = {
    "street": _("Enter the street and number"),
    "city": _("Enter the town or city"),
    "district": _("Enter the district"),
    "region": _("Choose the state or province"),
    "postcode": _("Enter the postcode of the delivery address"),
}
# The browser's own words for the fields, for its filling in.
AUTOCOMPLETE = {
    "street": "address-line1",
    "street_extra": "address-line2",
    "district": "address-level3",
    "city": "address-level2",
    "region": "address-level1",
    "postcode": "postal-code",
}
# Minor units offered as a gift, and the limits of what one may type.
GIFTS = (500, 1000, 2500)
LEAST_GIFT, MOST_GIFT = 100, 1_000_000
LONGEST = {"street": 200, "street_extra": 200, "postcode": 20}


def _country_choices() -> list[tuple[str, Any]]:
    return [("", _("Choose a country")), *countries]


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


class CancelForm(forms.Form):
    """Pieces of an order that its buyer no longer wants."""

    units = forms.MultipleChoiceField(
        label=_("Which pieces do you want to cancel?"), widget=forms.CheckboxSelectMultiple
    )
    # One form cancels once, however often it is sent.
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
    def unit_ids(self) -> list[int]:
        """Return the keys of what was ticked."""
        return [int(pk) for pk in self.cleaned_data["units"]]


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
        choices=lazy(_country_choices, list)(),
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )


def _line(label: Any, name: str, **options: Any) -> forms.CharField:
    # Arabic and Hebrew are written from the right, in a field of a page in English too.
    attrs = {"autocomplete": AUTOCOMPLETE.get(name, name), "dir": "auto"}
    return forms.CharField(
        label=label,
        max_length=LONGEST.get(name, 120),
        required=False,
        widget=forms.TextInput(attrs=attrs),
        **options,
    )


class DetailsForm(forms.Form):
    """Who buys and where the parcel goes, with the fields of the country that is chosen."""

    email = _email(help_text=_("For the receipt and delivery only. No newsletter."))
    name = forms.CharField(
        label=_("Name on the parcel"),
        max_length=200,
        error_messages={"required": _("Enter the name for the parcel")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=lazy(_country_choices, list)(),
        error_messages={
            "required": _("Choose the country of the delivery address"),
            "invalid_choice": _("Choose the country of the delivery address"),
        },
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    street = _line(_("Street and number"), "street")
    street_extra = _line(_("Flat, floor, building"), "street_extra")
    district = _line(_("District or suburb"), "district")
    city = _line(_("Town or city"), "city")
    region = _line(_("State or province"), "region")
    postcode = _line(_("Postcode"), "postcode")
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

    def __init__(self, data: Any = None, **options: Any) -> None:
        """Lay the fields out as the chosen country writes addresses."""
        super().__init__(data, **options)
        given: Mapping[str, Any] = self.data if self.is_bound else self.initial
        self.layout = _layout(str(given.get("country") or ""))
        for name in addresses.PLACE:
            field = self.fields[name]
            field.label = self.layout.labels[name]
            field.required = field.widget.is_required = name in self.layout.needed
            field.error_messages["required"] = ASK[name]
        if self.layout.regions:
            self._offer_regions()
        self._offer_gifts()
        if self.layout.example:
            self.fields["postcode"].help_text = _("Such as %s") % self.layout.example

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

    def _offer_regions(self) -> None:
        form = self.layout
        first = _("As the postcode says") if form.region_is_told else _("Choose one")
        choices = [("", first), *sorted(((r.key, r.name) for r in form.regions), key=_by_name)]
        attrs = self.fields["region"].widget.attrs
        self.fields["region"].widget = forms.Select(attrs=attrs, choices=choices)

    @property
    def place(self) -> list[Any]:
        """Return the fields of the address in the country's order."""
        names = []
        for name in self.layout.fields:
            names.append(name)
            if name == "street":
                names.append("street_extra")
        return [self[name] for name in names]

    @property
    def left_out(self) -> list[Any]:
        """Return fields that this country has not; what was typed in them is kept hidden."""
        return [self[name] for name in addresses.PLACE if name not in self.layout.fields]

    def clean_name(self) -> str:
        """Take a name in one line."""
        name = addresses.tidy(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Enter the name for the parcel"))
        return name

    def clean(self) -> dict[str, Any]:
        """Hold the address to the rules of its country."""
        data = super().clean() or self.cleaned_data
        for name in (*addresses.PLACE, "street_extra"):
            data[name] = addresses.tidy(data.get(name) or "")
        if not data.get("country"):
            return data
        for name in self.left_out:
            data[name.name] = ""
        data["postcode"] = addresses.tidy_postcode(data["postcode"])
        for name in addresses.missing(self.layout, data):
            if name not in self.errors:
                self.add_error(name, ASK[name])
        self._check_region(data)
        return data

    def _check_region(self, data: dict[str, Any]) -> None:
        form, postcode = self.layout, data["postcode"]
        if postcode and not form.is_postcode(postcode):
            words = _("Enter a postcode as this country writes them, such as %s")
            self.add_error("postcode", words % form.example)
            return
        if not form.regions:
            return
        told = form.region_of(postcode) if postcode else None
        if not data["region"]:
            only = form.regions[0] if len(form.regions) == 1 else None
            found = told or only
            data["region"] = found.key if found else ""
            if found is None and form.region_is_told and postcode:
                self.add_error("region", ASK["region"])
            return
        chosen = form.region(data["region"])
        if chosen is None:
            self.add_error("region", ASK["region"])
        elif told is not None and told != chosen:
            words = _("This postcode belongs to %(told)s, not to %(chosen)s")
            names = {"told": told.name, "chosen": chosen.name}
            self.add_error("postcode", words % names)
        else:
            data["region"] = chosen.key

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


def _layout(country: str) -> Layout:
    try:
        return addresses.layout(country)
    except addresses.UnknownCountry:
        return addresses.anywhere()


def _by_name(choice: tuple[str, str]) -> str:
    return addresses.plain(choice[1])


FIELDS = tuple(DetailsForm.base_fields)
