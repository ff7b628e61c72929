"""Forms of the admin."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ResolveForm(forms.Form):
    """Why a difference needs no more attention."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=250,
        help_text=_("What was found, and where the money is. It is kept for ever."),
    )
