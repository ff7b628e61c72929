"""What a shopper fills in. Forms check input and have no effects."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from .cart import PIECES
from .checkout import Details

# Countries whose parcels need no postcode. Source: upu.int, "Addressing" country notes.
CODES = (
    "AE AG AN AO AW BF BI BJ BO BS BW BZ CD CF CG CI CK CM DJ DM ER FJ GA GD GH GM GN GQ GY HK IE "
    "JM KI KM KN KP LC ML MO MR MS MU MW NR NU PA QA RW SB SC SL SO SR ST SY TF TG TK TL TO TT TV "
    "TZ UG VU YE ZW"
)
WITHOUT_POSTCODE = frozenset(CODES.split())


def _country_choices() -> list[tuple[str, Any]]:
    return [("", _("Choose a country")), *countries]


class AddForm(forms.Form):
    """What a product page sends."""

    sku = forms.CharField(max_length=60)
    quantity = forms.IntegerField(min_value=1, max_value=PIECES, required=False)


class DetailsForm(forms.Form):
    """Who buys and where the parcel goes; `shown` is the signed word of what was on offer."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("For the receipt and delivery only. No newsletter."),
        max_length=254,
        error_messages={
            "required": _("Enter your e-mail address"),
            "invalid": _("Enter an e-mail address with an @, like name@example.org"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    name = forms.CharField(
        label=_("Name on the parcel"),
        max_length=120,
        error_messages={"required": _("Enter the name for the parcel")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
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
    street = forms.CharField(
        label=_("Street and number"),
        max_length=200,
        error_messages={"required": _("Enter the street and number")},
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
    )
    street_extra = forms.CharField(
        label=_("Flat, floor, building"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-line2"}),
    )
    city = forms.CharField(
        label=_("Town or city"),
        max_length=120,
        error_messages={"required": _("Enter the town or city")},
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    region = forms.CharField(
        label=_("State or province"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-level1"}),
    )
    postcode = forms.CharField(
        label=_("Postcode"),
        required=False,
        validators=[MaxLengthValidator(20)],
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_name(self) -> str:
        """Take a name in one line."""
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, Any]:
        """Ask for a postcode where parcels need one."""
        data = super().clean() or self.cleaned_data
        country = data.get("country")
        needs_one = bool(country) and country not in WITHOUT_POSTCODE
        if needs_one and not data.get("postcode") and "postcode" not in self.errors:
            self.add_error("postcode", _("Enter the postcode of the delivery address"))
        return data

    def details(self) -> Details:
        """Return what was filled in, of a valid form."""
        return Details(**{name: self.cleaned_data[name] for name in FIELDS})


FIELDS = tuple(name for name in DetailsForm.base_fields if name != "shown")
