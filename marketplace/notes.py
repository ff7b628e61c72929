"""Notes of staff on orders."""

from datetime import datetime
from typing import Any

from django.db import transaction

from . import orders
from .models import OrderNote


@transaction.atomic
def write(*, order_id: int, words: str, request_key: str, actor: Any, now: datetime) -> OrderNote:
    """Write a note down, once for each `request_key`; nobody changes it afterwards."""
    order = orders.lock(order_id)
    note, _is_new = OrderNote.objects.get_or_create(
        request_key=request_key,
        defaults={"order": order, "words": words, "author": actor, "written_at": now},
    )
    return note
