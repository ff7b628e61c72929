"""Who wants one mail once a piece can be had again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from .catalogue import Variant


class StockAlert(models.Model):
    """One address that waits for one variant. Mails go out only after it was confirmed."""

    variant = models.ForeignKey(
        Variant, models.CASCADE, related_name="alerts", verbose_name=_("variant")
    )
    email = models.EmailField(_("e-mail address"), max_length=254)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    created_at = models.DateTimeField(_("asked"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    told_at = models.DateTimeField(_("told"), null=True, blank=True)

    class Meta:
        verbose_name = _("mail when it is back")
        verbose_name_plural = _("mails when they are back")
        constraints = [
            models.UniqueConstraint(
                "variant", Lower("email"), condition=Q(told_at=None), name="stock_alert_once"
            ),
            models.CheckConstraint(
                condition=Q(told_at=None) | Q(confirmed_at__isnull=False),
                name="stock_alert_told_after_yes",
            ),
        ]
        indexes = [
            models.Index(
                fields=["variant", "id"],
                condition=Q(confirmed_at__isnull=False, told_at=None),
                name="stock_alert_waiting",
            ),
            models.Index(Lower("email"), F("created_at").desc(), name="stock_alert_address"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
