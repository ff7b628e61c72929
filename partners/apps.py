"""App configuration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from .calendar import keep_day


class PartnersConfig(AppConfig):
    """Partners, programmes and the ledger."""

    name = "partners"
    label = "partners"
    verbose_name = _("Partners and ledger")

    def ready(self) -> None:
        """Keep the database's days those of the settings, whenever they change."""
        post_migrate.connect(keep_day, sender=self, dispatch_uid="ledger_day")
