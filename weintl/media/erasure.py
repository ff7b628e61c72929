"""Erase rows so that no table keeps their words: history, the admin's log, the rows.

Which rows rest on another one is asked of the models themselves, whatever app they stand
in: media knows nothing of the apps above it, and none of them can be forgotten.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
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


def telling_of(row: models.Model) -> Iterator[models.QuerySet]:
    """Yield, of each model, the rows that rest on `row`, or did so and rest on nothing now.

    Somebody may loosen a story from its consent before the person takes that back: its words
    are the person's all the same, unless it tells of nobody any more (`OF_PEOPLE`).
    """
    for field, _rows in resting_on(row):
        model: Any = field.model
        told = Q(**{field.name: row})
        for keys in _once_resting_on(row, field):
            told |= Q(model.OF_PEOPLE, pk__in=keys, **{field.name: None})
        yield model._base_manager.filter(told)


def forget(row: models.Model) -> None:
    """Erase what history and log tell of all that ever rested on `row`, deleted long ago or not."""
    for field, _rows in resting_on(row):
        for keys in _once_resting_on(row, field):
            _erase_traces(field.model, keys)


def _once_resting_on(row: models.Model, field: models.Field) -> Iterator[list[Any]]:
    """Yield the keys of the rows that history has seen resting on `row`, if it is kept."""
    with suppress(NotHistoricalModelError):
        copies = get_history_manager_for_model(field.model).filter(**{field.attname: row.pk})
        yield list(copies.values_list(field.model._meta.pk.name, flat=True).distinct().order_by())


def _erase_traces(model: type[models.Model], keys: list[Any]) -> None:
    LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model),
        object_id__in=[str(key) for key in keys],
    ).delete()
    with suppress(NotHistoricalModelError):
        history = get_history_manager_for_model(model)
        history.filter(**{f"{model._meta.pk.name}__in": keys}).delete()


def delete(rows: models.QuerySet) -> Counter[str]:
    """Delete `rows` with all that tells of them; return how many went, by model.

    History goes last: deleting a row writes one more line of it.
    """
    keys = list(rows.values_list("pk", flat=True))
    if not keys:
        return Counter()
    rows.model._base_manager.filter(pk__in=keys).delete()
    _erase_traces(rows.model, keys)
    return Counter({rows.model._meta.label_lower: len(keys)})


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
