"""Columns of editors' words that cannot hold a bare figure, on whatever path it comes."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from simple_history.models import HistoricalChanges

from . import figures
from .richtext import CleanHtmlField


def _is_history(field: models.Field) -> bool:
    # History keeps what was there, also when a faulty row is deleted or mended.
    return issubclass(field.model, HistoricalChanges)


class SourcedHtmlField(CleanHtmlField):
    """HTML that states a figure only as a token.

    Forms refuse with the validator. `get_db_prep_save` stands behind them on every other
    way into the database (save, create, bulk_create, update, bulk_update, fixtures).
    """

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        """Refuse a bare figure. Raises ValidationError."""
        if isinstance(value, str) and not _is_history(self):
            figures.refuse_bare_figures(value)
        return super().get_db_prep_save(value, connection)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Describe the column for migrations, which know it as what it is derived from."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "awareness.richtext.CleanHtmlField", args, kwargs


class SourcedCharField(models.CharField):
    """A title or lede: it states no figure at all, not even as a token."""

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        """Refuse a figure or token. Raises ValidationError."""
        if isinstance(value, str) and not _is_history(self):
            figures.refuse_tokens(value)
        return super().get_db_prep_save(value, connection)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Describe the column for migrations, which know it as what it is derived from."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class SourcedTextField(models.TextField):
    """A short text under a heading of its own: it states no figure, not even as a token."""

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        """Refuse a figure or token. Raises ValidationError."""
        if isinstance(value, str) and not _is_history(self):
            figures.refuse_tokens(value)
        return super().get_db_prep_save(value, connection)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Describe the column for migrations, which know it as what it is derived from."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs
