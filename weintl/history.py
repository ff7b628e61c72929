"""Former states of rows in the admin: who may see one, and who may return to it."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from modeltranslation.fields import TranslationFieldDescriptor
from simple_history.admin import SimpleHistoryAdmin

M = TypeVar("M", bound=Model)


def once_called(rows: QuerySet[M], slug: str, *, words: Iterable[str]) -> M | None:
    """Return the row among `rows` that last had `slug` as one of `words`; None for none.

    An address that was given out leads to its page for ever, until another takes the word.
    """
    history: Any = rows.model.history  # type: ignore[attr-defined]
    named = reduce(or_, (Q(**{word: slug}) for word in words))
    last = history.filter(named).order_by("-history_date", "-history_id").values("id")[:1]
    return rows.filter(pk__in=[row["id"] for row in last]).first()


class HistoryAdmin(SimpleHistoryAdmin):
    """Lets those return to a former state who may change the row as it is now, and only those.

    The package asks for the right to look, then stores whatever is sent: who may only read
    would bring back a number that was withdrawn, or a rule's draft over the approved rule.
    """

    def history_form_view(
        self,
        request: HttpRequest,
        object_id: str,
        version_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a former state, or return to it. Raises PermissionDenied, Http404."""
        if request.method not in {"GET", "HEAD"}:
            row = self.get_object(request, object_id)
            if row is None:
                raise Http404
            if not self.has_change_permission(request, row) or self.revert_disabled(request, row):
                raise PermissionDenied
            vars(request)["row_of_today"] = row
        return super().history_form_view(request, object_id, version_id, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return the form; before a return, leave in the former row what today's has beside it.

        What a person may not write, such as the time of publication, must not come back by
        a detour over a former state that had it.
        """
        form = super().get_form(request, obj, change=change, **kwargs)
        today = vars(request).get("row_of_today")
        if today is not None and obj is not None:
            for field in obj._meta.concrete_fields:
                # A translated attribute stands for its languages, which have fields.
                own = getattr(type(obj), field.attname)
                is_alias = isinstance(own, TranslationFieldDescriptor)
                if field.name not in form.base_fields and not is_alias:
                    setattr(obj, field.attname, getattr(today, field.attname))
        return form
