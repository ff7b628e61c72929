"""The column of alternative texts: it says what is seen, and states no figure."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from weintl import sourcing


def refuse_figures(text: str) -> None:
    """Validate an alternative text. Raises ValidationError with a sentence for each figure.

    Whoever hears the picture instead of seeing it would get a number without its source.
    """
    found = [
        _("“%(figure)s” is a figure without a source. Say here only what is seen.")
        % {"figure": figure}
        for figure in sourcing.bare_figures(text)
    ]
    if found:
        raise ValidationError(found)


class AltField(sourcing.Refusing, models.CharField):
    """Words for those who cannot see the picture. Forms refuse a figure, and so does the row."""

    default_validators = [refuse_figures]
    refuse = staticmethod(refuse_figures)
    stored_as = "django.db.models.CharField"
