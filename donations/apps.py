"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DonationsConfig(AppConfig):
    """Gifts."""

    name = "donations"
    label = "donations"
    verbose_name = _("Gifts")
