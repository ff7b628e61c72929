"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KeptConfig(AppConfig):
    """Keeps finished pages; what they show, and when it changed, belongs to the other apps."""

    name = "weintl.kept"
    label = "kept"
    verbose_name = _("Kept pages")
