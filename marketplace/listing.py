"""Keep listings true where time alone, or a locked row, has left them behind."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from .models import Relisting, SalePrice

# How long after its moment a sale's beginning or end is still looked at.
LATELY = timedelta(hours=1)


@transaction.atomic
def catch_up(*, now: datetime) -> int:
    """List again what a sale's beginning or end has changed of late, and what was locked.

    Safe to repeat: rows that are right stay as they are. Returns how many were looked at.
    """
    left = list(Relisting.objects.select_for_update(skip_locked=True).order_by("pk"))
    found = {row.product_id for row in left}
    for moment in ("starts_at", "ends_at"):
        turned = {f"{moment}__gt": now - LATELY, f"{moment}__lte": now}
        found |= set(SalePrice.objects.filter(**turned).values_list("variant__product", flat=True))
    if found:
        with connection.cursor() as cursor:
            cursor.execute("SELECT marketplace_list_again(%s::bigint[])", [sorted(found)])
    Relisting.objects.filter(pk__in=[row.pk for row in left]).delete()
    return len(found)
