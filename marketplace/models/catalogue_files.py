"""Tables that staff brought: what each would change, and whether it was taken over."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CatalogueFile(models.Model):
    """One file as it came, with what it would change; its bytes go once it was taken over."""

    class Kind(models.TextChoices):
        PRODUCTS = "products", _("products")
        VARIANTS = "variants", _("variants")
        COUNT = "count", _("stock count")

    kind = models.CharField(_("table"), max_length=8, choices=Kind)
    name = models.CharField(_("file"), max_length=120)
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    content = models.BinaryField(editable=False)
    # {"rows", "new", "changed", "same", "changes": [[row, key, column, old, new]…],
    #  "errors": [[row, column, sentence]…]}
    findings = models.JSONField(_("findings"), default=dict, editable=False)
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("brought by"),
    )
    brought_at = models.DateTimeField(_("brought"))
    applied_at = models.DateTimeField(_("taken over"), null=True, blank=True)

    class Meta:
        verbose_name = _("table from a file")
        verbose_name_plural = _("tables from files")
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at=None) | Q(content=b""), name="catalogue_file_emptied"
            ),
        ]
        indexes = [models.Index(fields=["-brought_at", "-id"], name="catalogue_file_newest")]

    def __str__(self) -> str:
        return self.name
