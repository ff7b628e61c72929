"""The column of alternative texts: it says what is seen, and states no figure."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

from weintl import sourcing


def refuse_figures(text: str) -> None:
    """Validate an alternative text. Raises ValidationError with a sentence for each figure.

    Whoever hears the picture instead of seeing it would get a number without its source.
    """
    found = [
        _("“%(figure)s” is a figure without a source. Say here only what is seen.")
        % {"figure": figure}
        for figure in sourcing.bare_figures(text)
    ]
    if found:
        raise ValidationError(found)


class AltField(models.CharField):
    """Words for those who cannot see the picture. Forms refuse a figure, and so does the row.

    `get_db_prep_save` stands on every way into the database (save, bulk_create, update).
    """

    default_validators = [refuse_figures]

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        """Refuse a figure. Raises ValidationError."""
        if isinstance(value, str):
            refuse_figures(value)
        return super().get_db_prep_save(value, connection)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Describe the column for migrations, which know it as what it is derived from."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
