"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationConfig(AppConfig):
    """Ourselves: names, addresses, switches."""

    name = "weintl.organisation"
    label = "organisation"
    verbose_name = _("Organisation")
