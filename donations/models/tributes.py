"""Gifts in honour or in memory of someone, and the card that tells of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .gifts import Gift


class Tribute(models.Model):
    """Whom a gift is for in thought, and who is told of it by a card.

    Without an address there is no card. Erasing leaves the row, so that a card that went out
    is explained, and empties it.
    """

    class Kind(models.TextChoices):
        HONOUR = "honour", _("in honour of")
        MEMORY = "memory", _("in memory of")

    gift = models.OneToOneField(
        Gift, models.PROTECT, related_name="tribute", verbose_name=_("gift")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    honoured_name = models.CharField(_("name of the person"), max_length=120, blank=True)
    recipient_name = models.CharField(_("who gets the card"), max_length=120, blank=True)
    recipient_email = models.EmailField(_("e-mail for the card"), blank=True)
    message = models.TextField(_("words on the card"), max_length=400, blank=True)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    class Meta:
        default_permissions = ("view",)
        verbose_name = _("tribute")
        verbose_name_plural = _("tributes")
        constraints = [
            models.CheckConstraint(
                condition=(Q(erased_at=None) & ~Q(honoured_name=""))
                | Q(
                    erased_at__isnull=False,
                    honoured_name="",
                    recipient_name="",
                    recipient_email="",
                    message="",
                ),
                name="tribute_names_someone_unless_erased",
            ),
            models.CheckConstraint(
                condition=~Q(recipient_email="") | Q(recipient_name="", message=""),
                name="tribute_card_has_address",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["honour", "memory"]), name="tribute_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.honoured_name}".strip()
