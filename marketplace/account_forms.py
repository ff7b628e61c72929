"""What a customer fills in on the pages of the account. Forms check and have no effects."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from . import addresses
from .address_book import LABEL, PLACE, Entry
from .place_forms import PlaceForm

CODES = [code for code, _name in settings.LANGUAGES]


class AddressForm(PlaceForm):
    """One address of the book, with the name that the customer gives it."""

    label = forms.CharField(
        label=_("What do you call it?"),
        help_text=_("Such as Home, or Work."),
        max_length=LABEL,
        error_messages={"required": _("Give the address a name, such as Home")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    is_default = forms.BooleanField(label=_("Begin the checkout with this address"), required=False)
    field_order = ("label",)

    def clean_label(self) -> str:
        """Take a name in one line."""
        label = addresses.tidy(self.cleaned_data["label"])
        if not label:
            raise forms.ValidationError(_("Give the address a name, such as Home"))
        return label

    def entry(self) -> Entry:
        """Return what was filled in, of a valid form."""
        given = self.cleaned_data
        return Entry(given["label"], {name: given[name] for name in PLACE}, given["is_default"])


class AccountDetailsForm(forms.Form):
    """What a customer is called, and the language of mails."""

    first_name = forms.CharField(
        label=_("First name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "given-name", "dir": "auto"}),
    )
    last_name = forms.CharField(
        label=_("Last name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name", "dir": "auto"}),
    )
    language = forms.ChoiceField(
        label=_("Language of mails"),
        help_text=_("Also for the orders that you have placed, and the pieces you wait for."),
        choices=[(code, get_language_info(code)["name_local"].capitalize()) for code in CODES],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the language of mails")},
    )

    def clean(self) -> dict[str, Any]:
        """Take names in one line."""
        data = super().clean() or self.cleaned_data
        for name in ("first_name", "last_name"):
            data[name] = addresses.tidy(data.get(name) or "")
        return data


class DeleteForm(forms.Form):
    """The yes to deleting an account."""

    is_sure = forms.BooleanField(
        label=_("Yes, delete my account for good"),
        error_messages={"required": _("Tick the box if you want your account deleted")},
    )
