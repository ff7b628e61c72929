"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VerifyConfig(AppConfig):
    """Recomputes the invariants of every app."""

    name = "weintl.verify"
    label = "verify"
    verbose_name = _("Verification")
