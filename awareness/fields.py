"""Columns of editors' words that cannot hold a bare figure, on whatever path it comes."""

from django.db import models

from weintl.sourcing import Refusing

from . import figures
from .richtext import CleanHtmlField


class SourcedHtmlField(Refusing, CleanHtmlField):
    """HTML that states a figure only as a token."""

    refuse = staticmethod(figures.refuse_bare_figures)
    stored_as = "awareness.richtext.CleanHtmlField"


class SourcedCharField(Refusing, models.CharField):
    """A title or lede: it states no figure at all, not even as a token."""

    refuse = staticmethod(figures.refuse_tokens)
    stored_as = "django.db.models.CharField"


class SourcedTextField(Refusing, models.TextField):
    """A short text under a heading of its own: it states no figure, not even as a token."""

    refuse = staticmethod(figures.refuse_tokens)
    stored_as = "django.db.models.TextField"
