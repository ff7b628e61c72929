"""Pictures that staff chose for a product and have not described yet."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .catalogue import Product

MOST_AT_ONCE = 20


class NewPicture(models.Model):
    """Cleaned pixels that wait for words; without them there is no row of `media.Picture`.

    So nothing can show it: it has no address outside the admin, and no place at the product.
    """

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="new_pictures", verbose_name=_("product")
    )
    data = models.BinaryField()
    # One form is taken once, however often it is sent.
    request_key = models.CharField(max_length=32, editable=False)
    place = models.PositiveSmallIntegerField(_("place among those chosen together"))
    chosen_at = models.DateTimeField(_("chosen"))
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )

    class Meta:
        verbose_name = _("picture without words")
        verbose_name_plural = _("pictures without words")
        constraints = [
            models.UniqueConstraint(fields=["request_key", "place"], name="new_picture_once"),
            models.CheckConstraint(
                condition=Q(place__gte=1, place__lte=MOST_AT_ONCE), name="new_picture_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.place}"
