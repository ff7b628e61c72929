"""The words of pages as search reads them: without tags, with figures in place of tokens."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from .pages import Page


class PageText(models.Model):
    """All words of a page in one language. Written by triggers on pages, sections and figures.

    A figure stands in it as long as readers may see it.
    """

    page = models.ForeignKey(Page, models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=2)
    words = models.TextField(_("words"), blank=True)
    folded = models.TextField(_("words without accents"), blank=True)
    vector = SearchVectorField(_("stems"), null=True)

    class Meta:
        verbose_name = _("text for search")
        verbose_name_plural = _("texts for search")
        constraints = [
            models.UniqueConstraint(fields=["page", "language"], name="page_text_once"),
        ]
        indexes = [
            GinIndex(fields=["vector"], name="page_text_words"),
            GinIndex(OpClass("folded", name="gin_trgm_ops"), name="page_text_like"),
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.language}"
