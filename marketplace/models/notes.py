"""What staff write down about an order, for each other."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .orders import Order


class OrderNote(models.Model):
    """A note of staff; written once, shown to no buyer. Its words go with an erased order."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="notes", verbose_name=_("order"))
    words = models.TextField(_("note"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    written_at = models.DateTimeField(_("written"))
    # One form writes once, however often it is sent.
    request_key = models.CharField(max_length=80, unique=True, editable=False)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    def __str__(self) -> str:
        return f"{self.order} {self.written_at:%Y-%m-%d}"
