"""Pictures, each with words for those who cannot see it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Picture(models.Model):
    """One picture in its renditions; alternative text is demanded in each language."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    full = models.ImageField(
        _("picture"), upload_to="pictures", width_field="width", height_field="height"
    )
    small = models.ImageField(_("for phones, 600 px wide"), upload_to="pictures", blank=True)
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    alt = models.CharField(_("alternative text"), max_length=250)
    credit = models.CharField(_("credit"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return self.key
