"""What staff find by what they type, answered from indexes however many gifts there are."""

import re
from uuid import UUID

from django.db.models import Q, QuerySet

from .models import Donor, Gift

NUMBER = re.compile(r"(?:G-)?([0-9A-F]{8})", re.IGNORECASE)
TOKEN = re.compile(r"[\w-]{32}")
# Donors whose gifts are looked for at once: a word that more have is no search.
MOST = 500


def gifts(rows: QuerySet[Gift], typed: str) -> QuerySet[Gift]:
    """Return the gifts among `rows` by number, link, or name or address of who gave."""
    text = typed.strip()
    if not text:
        return rows
    found = Q(donor__in=_donors(text)) | Q(donor_name__icontains=text)
    found |= Q(organisation_name__icontains=text)
    number = NUMBER.fullmatch(text)
    if number:
        low, high = (UUID(number[1] + sign * 24) for sign in "0f")
        found |= Q(public_id__range=(low, high))
    if TOKEN.fullmatch(text):
        found |= Q(token=text)
    try:
        found |= Q(public_id=UUID(text))
    except ValueError:
        return rows.filter(found)
    return rows.filter(found)


def _donors(text: str) -> list[int]:
    like = Q(email__icontains=text) | Q(name__icontains=text) | Q(organisation__icontains=text)
    return list(Donor.objects.filter(like).order_by("-pk").values_list("pk", flat=True)[:MOST])
