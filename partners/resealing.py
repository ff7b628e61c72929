"""Encrypt anew, with the newest key, what older keys sealed. docs/operations/keys.md."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from weintl import encryption

from .models.bank import BankDetails
from .models.statements import BankFile

KEPT = (BankDetails, BankFile)


@dataclass(slots=True)
class Tally:
    """What became of the sealed rows of one table; `lost` are the ids that no key opens."""

    name: str
    newest: int
    renewed: int
    waiting: int
    lost: list[int]


def reseal(*, is_trial: bool = False) -> Iterator[Tally]:
    """Renew each row that the newest key did not seal, each in a transaction of its own.

    Safe to repeat and to end anywhere: what is done is done, what is not keeps its old key.
    With `is_trial` rows are only counted, as `waiting`. What no key opens is left as it is.
    Raises encryption.NoKey.
    """
    for model in KEPT:
        tally = Tally(str(model._meta.verbose_name_plural), 0, 0, 0, [])
        for pk in list(model.objects.order_by("pk").values_list("pk", flat=True)):
            _reseal_row(model, pk, tally, is_trial=is_trial)
        yield tally


def _reseal_row(
    model: type[BankDetails] | type[BankFile], pk: int, tally: Tally, *, is_trial: bool
) -> None:
    with transaction.atomic():
        row = model.objects.select_for_update(no_key=True).get(pk=pk)
        if encryption.is_newest(row.sealed):
            tally.newest += 1
            return
        try:
            renewed = encryption.renew(row.sealed)
        except encryption.Unreadable:
            tally.lost.append(pk)
            return
        if is_trial:
            tally.waiting += 1
            return
        with connection.cursor() as cursor:
            # The database refuses any other change of these rows, and this one without a word.
            cursor.execute("SET LOCAL weintl.resealing = 'on'")
        row.sealed = renewed
        row.save(update_fields=["sealed"])
    tally.renewed += 1
