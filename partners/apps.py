"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    """Partners, programmes and the ledger."""

    name = "partners"
    label = "partners"
    verbose_name = _("Partners and ledger")
