"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    """Every mail is a row, sent once."""

    name = "weintl.mail"
    label = "mail"
    verbose_name = _("Mail")
