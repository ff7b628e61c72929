"""What donors fill in on the way to their page and on it. Forms check and have no effects."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from . import consents
from .consents import Topic

CODES = [code for code, _name in settings.LANGUAGES]
LINES, LINE = 7, 60


class WayInForm(forms.Form):
    """Whose page is asked for."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The one that you gave with. The link goes there."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Enter the e-mail address that you gave with."),
            "invalid": _("Enter an e-mail address such as name@example.org."),
        },
    )
    # People never see it; programs that fill in every field do.
    website = forms.CharField(label=_("Leave this empty"), required=False, max_length=200)


class DetailsForm(forms.Form):
    """What a donor is called, and where, for receipts."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        required=False,
        help_text=_("As it shall stand on the receipts of your next gifts."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=120,
        required=False,
        help_text=_("If you give for a company, a club or a foundation."),
        widget=forms.TextInput(attrs={"autocomplete": "organization", "dir": "auto"}),
    )
    address = forms.CharField(
        label=_("Postal address"),
        max_length=400,
        required=False,
        help_text=_(
            "Only for receipts: some tax offices want it there. As on an envelope, the country"
            " last."
        ),
        widget=forms.Textarea(attrs={"autocomplete": "off", "dir": "auto", "rows": 4}),
    )
    language = forms.ChoiceField(
        label=_("Language of mails"),
        choices=[(code, get_language_info(code)["name_local"].capitalize()) for code in CODES],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the language of mails")},
    )

    def clean(self) -> dict[str, Any]:
        """Take names in one line."""
        data = super().clean() or self.cleaned_data
        for name in ("name", "organisation"):
            data[name] = " ".join((data.get(name) or "").split())
        return data

    def clean_address(self) -> str:
        """Take lines that fit on a paper; empty ones are left out."""
        typed = self.cleaned_data["address"].splitlines()
        lines = [line for line in (re.sub(r"\s+", " ", each).strip() for each in typed) if line]
        if len(lines) > LINES or any(len(line) > LINE for line in lines):
            raise forms.ValidationError(
                _("At most %(lines)d lines of %(signs)d letters fit on a receipt.")
                % {"lines": LINES, "signs": LINE}
            )
        return "\n".join(lines)


class MailsForm(forms.Form):
    """Which mails a donor wants; none is ticked by us."""

    topics = forms.MultipleChoiceField(
        label=_("Mails that come only if you want them"),
        choices=[(topic, consents.WORDS[topic]) for topic in Topic.values],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class EraseForm(forms.Form):
    """The yes to being erased."""

    is_sure = forms.BooleanField(
        label=_("Yes, erase me for good"),
        error_messages={"required": _("Tick the box if you want to be erased")},
    )
