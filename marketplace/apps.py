"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarketplaceConfig(AppConfig):
    """The shop."""

    name = "marketplace"
    label = "marketplace"
    verbose_name = _("Shop")
