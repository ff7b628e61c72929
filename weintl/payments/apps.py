"""App configuration."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from . import checks


class PaymentsConfig(AppConfig):
    """Stripe, and nothing else knows Stripe."""

    name = "weintl.payments"
    label = "payments"
    verbose_name = _("Payments")

    def ready(self) -> None:
        """Register what must hold before the first payment."""
        register(checks.handlers)
        register(checks.keys)
