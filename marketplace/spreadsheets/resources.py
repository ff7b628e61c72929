"""What the tables of the catalogue have in common: rows found by one key, compared, checked."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from import_export.instance_loaders import CachedInstanceLoader
from import_export.resources import Diff, ModelResource

from .fields import ManyField, OneField

# Column, what the cell says now, what the file says.
Change = tuple[str, str, str]


class Changes(Diff):  # type: ignore[misc]
    """The cells in which a row of the file differs from the stored one."""

    def __init__(self, resource: Any, instance: Any, new: bool) -> None:
        """Read the stored one; a new row has nothing."""
        super().__init__(resource, instance, new)
        self.heads = [field.column_name for field in resource.get_import_fields()]
        if new:
            self.left = [""] * len(self.heads)

    def as_html(self) -> list[Change]:  # type: ignore[override]
        """Return the differences; pages write them, not the package."""
        return [
            (head, str(old), str(new))
            for head, old, new in zip(self.heads, self.left, self.right, strict=True)
            if str(old) != str(new)
        ]


class Loader(CachedInstanceLoader):  # type: ignore[misc]
    """Finds all rows of a file at once, by the key as it is typed."""


class CatalogueResource(ModelResource):  # type: ignore[misc]
    """Rows of a file against rows of a table; nothing is deleted, columns may be left out."""

    # The column by which rows are found, and those that a new row must fill.
    KEY = ""
    WANTED: tuple[str, ...] = ()

    class Meta:
        abstract = True
        skip_unchanged = True
        report_skipped = True
        store_instance = True
        instance_loader_class = Loader

    def __init__(self, *, locks: bool = False, **kwargs: Any) -> None:
        """Say whether the rows that are read are locked until the transaction ends."""
        super().__init__(**kwargs)
        self.locks = locks
        self.seen: set[str] = set()

    def get_queryset(self) -> Any:
        """Read what is compared at once."""
        rows = self.compared()
        # NO KEY: shoppers' orders point to these rows meanwhile.
        return rows.select_for_update(no_key=True, of=("self",)) if self.locks else rows

    def compared(self) -> Any:
        """Return the rows with all that stands in the table's columns, in the table's order."""
        return super().get_queryset()

    @classmethod
    def get_diff_class(cls) -> type[Diff]:
        """Return plain differences."""
        return Changes

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """Refuse rows without a key, and a key that stands twice. Raises ValidationError."""
        key = str(row[self.KEY]).strip()
        row[self.KEY] = key
        if not key:
            raise ValidationError({self.KEY: _("This cell must not be empty.")})
        if key in self.seen:
            words = _("“%(key)s” stands twice in the file.")
            raise ValidationError({self.KEY: words % {"key": key}})
        self.seen.add(key)

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        """Note what it has in other tables before it is copied for comparison."""
        for field in self.fields.values():
            if isinstance(field, ManyField):
                field.note(instance)

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Hold a changed row to the model's rules and to ours. Raises ValidationError."""
        errors: dict[str, Any] = dict(import_validation_errors or {})
        for name in self.WANTED:
            field = self.fields[name]
            if field.attribute not in errors and field.get_value(instance) in ("", None):
                errors[field.attribute] = [_("This cell must not be empty.")]
        try:
            instance.full_clean(
                exclude={*self._unchecked(), *errors},
                validate_unique=False,
                validate_constraints=False,
            )
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        for name, words in self.refusals(instance):
            if name not in errors:
                errors[name] = [words]
        if errors:
            raise ValidationError(errors)

    def _unchecked(self) -> Iterable[str]:
        """Name fields that no cell of this table sets, and rows that were looked up."""
        set_here = {
            field.attribute for field in self.fields.values() if not isinstance(field, OneField)
        }
        return (f.name for f in self._meta.model._meta.fields if f.name not in set_here)

    def refusals(self, instance: Any) -> Iterable[tuple[str, str]]:
        """Yield (attribute, sentence) for what our own rules refuse of a changed row."""
        return ()

    def skip_row(
        self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None
    ) -> bool:
        """Leave what does not differ; keep the stored row beside one that does."""
        instance.__dict__["_stored"] = original
        return bool(super().skip_row(instance, original, row, import_validation_errors))

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        """Write the columns that differ, and no other: somebody else may change those now."""
        if is_create:
            instance.save()
            return
        stored = instance.__dict__["_stored"]
        other = [
            field.attribute
            for field in self.fields.values()
            if not isinstance(field, ManyField)
            and field.get_value(instance) != field.get_value(stored)
        ]
        # Also where only rows of other tables differ: history then has a row of it.
        instance.save(update_fields=other)

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Store rows of other tables that belong to it."""
        for field in self.fields.values():
            if isinstance(field, ManyField):
                field.store(instance)

    def after_rows(self, changed: list[tuple[int, Any]]) -> Iterable[tuple[int, str, str]]:
        """Yield (place, column, sentence) for what is wrong once every row is stored.

        `changed` are (place in the file, stored row).
        """
        return ()

    def column_of(self, attribute: str) -> str:
        """Return the column that an attribute stands in; nothing for a rule of the whole row."""
        if attribute == NON_FIELD_ERRORS:
            return ""
        found = (f.column_name for f in self.fields.values() if f.attribute == attribute)
        return str(next(found, attribute))
