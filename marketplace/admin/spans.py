"""Rules that hold for a time: typed as two moments, and only ended once they were used."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from weintl.history import HistoryAdmin
from weintl.rows import span_text


class SpanForm(forms.ModelForm):
    """Reads and writes `effective` through its two ends."""

    starts_at = forms.SplitDateTimeField(
        label=_("In force from"), widget=AdminSplitDateTime, required=False
    )
    ends_at = forms.SplitDateTimeField(
        label=_("Until (empty: without end)"), widget=AdminSplitDateTime, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show the ends of a stored rule."""
        super().__init__(*args, **kwargs)
        span = self.instance.effective
        if span is not None:
            self.fields["starts_at"].initial = span.lower
            self.fields["ends_at"].initial = span.upper
        for name in {"starts_at", "ends_at"} & set(self.fields):
            field: Any = self.fields[name]
            # Two boxes each: the legend around them is not read out as the name of one.
            for widget, word in zip(
                field.widget.widgets, (_("day"), _("time of day")), strict=True
            ):
                widget.attrs["aria-label"] = f"{field.label}: {word}"

    def clean(self) -> dict[str, Any]:
        """Make the range of its ends, so that the database's rules can be checked with it."""
        data = super().clean() or self.cleaned_data
        kept = self.instance.effective
        start: datetime | None = data.get("starts_at")
        if "starts_at" not in self.fields and kept is not None:
            start = kept.lower
        end: datetime | None = data.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", _("The end must come after the beginning."))
            return data
        self.instance.effective = DateTimeTZRange(start, end)
        return data

    def _get_validation_exclusions(self) -> set[str]:
        # They are no fields of the form, and their constraints are checked all the same; not so
        # a time that ends before it begins, which is told beside its end already.
        found: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return found - ({"currency"} if "ends_at" in self.errors else {"effective", "currency"})


class SpanAdmin(HistoryAdmin):
    """A rule that is changed while nobody has used it; from then on it is only ended."""

    form = SpanForm
    written: tuple[str, ...] = ()

    def is_used(self, row: Model) -> bool:
        """Say whether an order was placed by it."""
        raise NotImplementedError

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the ends as fields where they may be typed, else as text."""
        if not self.has_change_permission(request, obj) and obj:
            return [*self.written, "span"]
        if obj and self.is_used(obj):
            return [*self.written, "span", "ends_at"]
        return [*self.written, "starts_at", "ends_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Fix what an order was placed by."""
        return [*self.written, "span"] if obj and self.is_used(obj) else ["span"]

    @admin.display(description=_("in force"))
    def span(self, row: Any) -> str:
        """Write from when to when."""
        return span_text(row.effective)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """End it instead."""
        return False

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        """Former states are to be read: a rule that was used must not change by a detour."""
        return True
