"""The contact form."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from . import contact
from .models import ContactMessage

REPLY = ContactMessage.Reply
PHONE = re.compile(r"^\+?[\d\s().\-/]{5,30}\Z")


class ContactForm(forms.Form):
    """What somebody wants to say, and whether and how it is safe to answer."""

    topic = forms.ChoiceField(label=_("What is it about?"), choices=ContactMessage.Topic.choices)
    text = forms.CharField(
        label=_("Your message"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={
            "required": _("Write your message."),
            "max_length": _("Shorten your message to 5,000 characters."),
        },
    )
    reply = forms.ChoiceField(
        label=_("Is it safe for us to answer you?"),
        choices=REPLY.choices,
        widget=forms.RadioSelect,
        help_text=_("If somebody else can read your mail or your telephone, choose no."),
        error_messages={"required": _("Say whether we may answer you.")},
    )
    reply_to = forms.CharField(
        label=_("Address or number for the answer"),
        max_length=254,
        required=False,
        help_text=_("Only if we may answer. One that nobody else can open."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reply_note = forms.CharField(
        label=_("When and how is it safe?"),
        max_length=300,
        required=False,
        help_text=_(
            "For example: on weekdays before noon; subject “your order”; no voice message."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("How may we call you?"),
        max_length=120,
        required=False,
        help_text=_("Any name will do."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    # People never see it; programs that fill in every field do.
    website = forms.CharField(label=_("Leave this empty"), required=False, max_length=200)
    key = forms.CharField(max_length=120, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Ask for an address of the right kind where an answer is wanted."""
        data = super().clean() or {}
        reply, to = data.get("reply"), data.get("reply_to", "")
        if reply == REPLY.NONE:
            # Nothing that could lead to the writer is kept against their word.
            data["reply_to"] = ""
        elif reply == REPLY.EMAIL:
            self._check_email(to)
        elif reply == REPLY.PHONE and not PHONE.match(to):
            self.add_error("reply_to", _("Enter a telephone number, or choose another way."))
        if not contact.is_key(data.get("key", "")):
            self.add_error(
                None, _("This form was open for too long. Nothing is lost: send it once more.")
            )
        return data

    def _check_email(self, to: str) -> None:
        try:
            validate_email(to)
        except ValidationError:
            self.add_error("reply_to", _("Enter an e-mail address such as name@example.org."))

    def written(self, *, language: str) -> contact.Written:
        """Return what a valid form says."""
        data = self.cleaned_data
        return contact.Written(
            language=language,
            trap=data["website"],
            **{name: data[name] for name in ("key", "topic", "text", "name")},
            **{name: data[name] for name in ("reply", "reply_to", "reply_note")},
        )
