"""The words of the money: uses of funds and pillars of the work."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Use(models.TextChoices):
    """What money may be used for. Source: the organisation's own text, last paragraph."""

    ARTISAN_PAY = "artisan_pay", _("Pay to the makers")
    LONG_TERM_CARE = "long_term_care", _("Long-term care")
    EDUCATION = "education", _("Education")
    MEDICAL_PSYCHOLOGICAL = "medical_psychological", _("Medical and psychological services")
    LEGAL_AID = "legal_aid", _("Legal aid")


# A line's maker pay is its artisan pay; the programme's share goes to the other four.
PROGRAMME_USES = (
    Use.LONG_TERM_CARE,
    Use.EDUCATION,
    Use.MEDICAL_PSYCHOLOGICAL,
    Use.LEGAL_AID,
)


class Pillar(models.TextChoices):
    """The four ways of working."""

    AWARENESS = "awareness", _("Awareness")
    PREVENTION = "prevention", _("Prevention")
    RESCUE = "rescue", _("Rescue")
    AFTERCARE = "aftercare", _("Aftercare")
