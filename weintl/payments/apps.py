"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    """Stripe, and nothing else knows Stripe."""

    name = "weintl.payments"
    label = "payments"
    verbose_name = _("Payments")
