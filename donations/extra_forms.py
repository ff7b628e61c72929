"""What the give page asks beyond the three things that it needs: all of it may be left out."""

import re
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from .gifts import Extras
from .models import Gift, Tribute
from .tributes import Wish

# A card goes to somebody who has not asked for it: it must not carry anybody's address.
ADDRESS = re.compile(r"https?:|www\.|://", re.IGNORECASE)
TRIBUTE = ("tribute_kind", "honoured_name", "recipient_name", "recipient_email", "card_message")
GIVER = ("organisation_name", "is_anonymous", "note")


def form_of(gift: Gift) -> dict[str, Any]:
    """Return what a person typed who began `gift`, by the names of the give page's fields."""
    tribute = getattr(gift, "tribute", None)
    assert gift.payment is not None
    kept = {
        "fund": gift.fund.key,
        # As it was typed: a merged donor has another one, which is nobody's to learn here.
        "email": gift.payment.email,
        "name": gift.donor_name,
        "is_fee_covered": bool(gift.fee_cover_amount),
        "organisation_name": gift.organisation_name,
        "is_anonymous": gift.is_anonymous,
        "note": gift.note,
    }
    if tribute:
        kept |= {
            "tribute_kind": tribute.kind,
            "honoured_name": tribute.honoured_name,
            "recipient_name": tribute.recipient_name,
            "recipient_email": tribute.recipient_email,
            "card_message": tribute.message,
        }
    return kept


def without_address(text: str) -> None:
    """Refuse words with a web address in them. Raises ValidationError."""
    if ADDRESS.search(text):
        raise forms.ValidationError(_("Leave out web addresses: the card is in plain words."))


class ExtrasForm(forms.Form):
    """An organisation's name, a wish to stay unnamed, a note, and whom the gift honours."""

    organisation_name = forms.CharField(
        label=_("Name of the organisation"),
        max_length=120,
        required=False,
        help_text=_("Only if an organisation gives: it stands on the receipt."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    is_anonymous = forms.BooleanField(
        label=_("Give anonymously"),
        required=False,
        help_text=_("Your name stands on your own receipt alone; a card does not say who gave."),
    )
    note = forms.CharField(
        label=_("A note to us"),
        max_length=500,
        required=False,
        help_text=_("Our staff read it; it is shown nowhere."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    tribute_kind = forms.ChoiceField(
        label=_("This gift is"),
        choices=[("", _("In nobody's name"))]
        + [(kind, capfirst(words)) for kind, words in Tribute.Kind.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    honoured_name = forms.CharField(
        label=_("Name of the person"),
        max_length=120,
        required=False,
        validators=[without_address],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    recipient_email = forms.EmailField(
        label=_("E-mail address for a card"),
        max_length=254,
        required=False,
        help_text=_("We send one card when your gift has arrived. It does not say how much."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("Enter an e-mail address such as name@example.org.")},
    )
    recipient_name = forms.CharField(
        label=_("Who gets the card"),
        max_length=120,
        required=False,
        validators=[without_address],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    card_message = forms.CharField(
        label=_("Your words on the card"),
        max_length=400,
        required=False,
        validators=[without_address],
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_recipient_email(self) -> str:
        """Refuse a mailbox of a machine alone, such as root@localhost."""
        address: str = self.cleaned_data["recipient_email"]
        domain = address.rpartition("@")[2]
        if address and ("." not in domain or domain.startswith("[")):
            raise forms.ValidationError(_("Enter an e-mail address such as name@example.org."))
        return address

    def check_tribute(self) -> None:
        """Say what is missing of a gift in somebody's name, and of its card."""
        data = self.cleaned_data
        rest = [data.get(name) for name in TRIBUTE[1:]]
        if data.get("tribute_kind") and not data.get("honoured_name"):
            if "honoured_name" not in self.errors:
                self.add_error("honoured_name", _("Enter the name of the person."))
        elif any(rest) and not data.get("tribute_kind"):
            self.add_error("tribute_kind", _("Choose whether it is in honour or in memory."))
        has_words = data.get("recipient_name") or data.get("card_message")
        if has_words and not data.get("recipient_email") and "recipient_email" not in self.errors:
            self.add_error("recipient_email", _("Enter the e-mail address that the card goes to."))

    @property
    def extras(self) -> Extras:
        """Return what was said of a form that is valid."""
        data = self.cleaned_data
        wish = None
        if data["tribute_kind"]:
            wish = Wish(
                kind=data["tribute_kind"],
                honoured_name=data["honoured_name"],
                recipient_name=data["recipient_name"],
                recipient_email=data["recipient_email"],
                message=data["card_message"],
            )
        return Extras(
            organisation_name=data["organisation_name"],
            is_anonymous=data["is_anonymous"],
            note=data["note"],
            tribute=wish,
        )

    @property
    def has_tribute(self) -> bool:
        """Say whether its part of the page is open: something was typed, or is wrong there."""
        return self._is_touched(TRIBUTE)

    @property
    def has_giver(self) -> bool:
        """Say whether its part of the page is open: something was typed, or is wrong there."""
        return self._is_touched(GIVER)

    def _is_touched(self, names: tuple[str, ...]) -> bool:
        return any(self[name].value() or name in self.errors for name in names)
