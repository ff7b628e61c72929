"""What customs ask of a product that goes abroad."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Declared(models.Model):
    """Words and number for the declaration; the country of origin is the programme's."""

    customs_description = models.CharField(
        _("description for customs"),
        max_length=80,
        blank=True,
        help_text=_(
            "What it is, of what, and made how, such as “woven cotton scarf”. For parcels abroad."
        ),
    )
    hs_code = models.CharField(
        _("HS code"),
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"\A[0-9]{6,10}\Z", _("Six to ten digits, without dots."))],
        help_text=_("Its number in the Harmonized System: six digits, or those of your country."),
    )

    class Meta:
        abstract = True
