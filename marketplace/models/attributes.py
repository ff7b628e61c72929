"""Controlled lists by which pieces are described and found: one word for one thing."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from weintl.search.documents import Folded

ORDER = ("position", "pk")


def _words() -> Q:
    return ~Q(name_en="") & ~Q(name_es="") & Q(name_en__isnull=False, name_es__isnull=False)


class Term(models.Model):
    """One entry of a list. Its code stands in addresses and imports; readers see its name."""

    code = models.SlugField(
        _("code"), max_length=40, help_text=_("Stands in addresses of filters; never changes.")
    )
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["code"], name="%(class)s_code_once"),
            models.UniqueConstraint(Folded(F("name_en")), name="%(class)s_name_en_once"),
            models.UniqueConstraint(Folded(F("name_es")), name="%(class)s_name_es_once"),
            models.CheckConstraint(condition=_words(), name="%(class)s_has_words"),
        ]

    def __str__(self) -> str:
        return self.name


class Technique(Term):
    """How a piece is made, such as ikat weaving."""

    class Meta(Term.Meta):
        verbose_name = _("technique")
        verbose_name_plural = _("techniques")


class Material(Term):
    """What a piece is made of, such as cotton."""

    class Meta(Term.Meta):
        verbose_name = _("material")
        verbose_name_plural = _("materials")


class Option(Term):
    """In what variants of a product differ, such as colour or size."""

    class Meta(Term.Meta):
        verbose_name = _("option")
        verbose_name_plural = _("options")


class OptionValue(models.Model):
    """One choice of an option, such as indigo."""

    option = models.ForeignKey(
        Option, models.PROTECT, related_name="values", verbose_name=_("option")
    )
    code = models.SlugField(
        _("code"), max_length=40, help_text=_("Stands in addresses of filters; never changes.")
    )
    name = models.CharField(_("name"), max_length=60)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        constraints = [
            models.UniqueConstraint(fields=["option", "code"], name="choice_code_once"),
            models.UniqueConstraint(F("option"), Folded(F("name_en")), name="choice_name_en_once"),
            models.UniqueConstraint(F("option"), Folded(F("name_es")), name="choice_name_es_once"),
            models.CheckConstraint(condition=_words(), name="choice_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.option}: {self.name}"
