"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PapersConfig(AppConfig):
    """Papers as they were handed out; what stands in them belongs to the other apps."""

    name = "weintl.papers"
    label = "papers"
    verbose_name = _("Papers")
