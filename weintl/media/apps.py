"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediaConfig(AppConfig):
    """Pictures and consents."""

    name = "weintl.media"
    label = "media"
    verbose_name = _("Pictures")
