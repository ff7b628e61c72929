"""What donors fill in on the way to their page and on it. Forms check and have no effects."""

from django import forms
from django.utils.translation import gettext_lazy as _


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
