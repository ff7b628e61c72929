"""Erase rows so that no table keeps their words: history, the admin's log, the rows.

Which rows rest on another one is asked of the models themselves, whatever app they stand
in: media knows nothing of the apps above it, and none of them can be forgotten.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from simple_history.exceptions import NotHistoricalModelError
from simple_history.models import HistoricalChanges
from simple_history.utils import get_history_manager_for_model


def resting_on(row: models.Model) -> Iterator[tuple[models.Field, models.QuerySet]]:
    """Yield (foreign key, rows) of each model that points to `row`.

    Not copies in history, nor what is a part of `row` and goes with it.
    """
    for relation in row._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete and relation.related_model):
            continue
        model: Any = relation.related_model
        if relation.many_to_many or issubclass(model, HistoricalChanges):
            continue
        field = relation.field  # type: ignore[union-attr]
        if field.primary_key:
            continue
        yield field, model._base_manager.filter(**{field.name: row})


def delete(rows: models.QuerySet) -> Counter[str]:
    """Delete `rows` with all that tells of them; return how many went, by model.

    History goes last: deleting a row writes one more line of it.
    """
    model = rows.model
    keys = list(rows.values_list("pk", flat=True))
    if not keys:
        return Counter()
    rows.delete()
    LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model),
        object_id__in=[str(key) for key in keys],
    ).delete()
    try:
        history = get_history_manager_for_model(model)
    except NotHistoricalModelError:
        pass
    else:
        history.filter(**{f"{model._meta.pk.name}__in": keys}).delete()
    return Counter({model._meta.label_lower: len(keys)})


def let_go(row: models.Model) -> Counter[str]:
    """Loosen or delete all that rests on `row`; return how many rows, by model.

    What can do without is emptied (by a statement that writes no history), what cannot goes.
    """
    touched: Counter[str] = Counter()
    for field, rows in resting_on(row):
        if field.null:
            count = rows.update(**{field.name: None})
            touched += Counter({field.model._meta.label_lower: count})
        else:
            touched += delete(rows)
    return touched
