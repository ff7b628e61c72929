"""Donors who turn out to be one: found by mailbox, or by name and postal code; then merged.

Gifts, receipts, links, visits and yearly statements follow to the one that stays; the other row
keeps its address, which leads on. It is not undone. A yes to mails does not follow: it was given
for one address.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from . import years
from .models import (
    Donor,
    DonorLink,
    DonorMerge,
    DonorVisit,
    Gift,
    MailConsent,
    Plan,
    YearStatement,
)

logger = logging.getLogger(__name__)
# Groups of look-alikes that a page lists.
A_PAGE = 50


class NotPossible(Exception):
    """The two cannot be merged; `message` says why."""

    message: Any = _("These two cannot be merged: one of them is merged or erased already.")


@dataclass(frozen=True, slots=True)
class Alike:
    """Donors that look like one, the one with the first gift first."""

    donors: list[Donor]
    is_same_mailbox: bool


def alike_to(donor: Donor) -> QuerySet[Donor]:
    """Return the live donors that look like `donor`; answered from indexes."""
    found = Q(mailbox=donor.mailbox)
    if donor.plain_name and donor.postcode:
        found |= Q(plain_name=donor.plain_name, postcode=donor.postcode)
    return Donor.objects.live().filter(found).exclude(pk=donor.pk).order_by("pk")


def groups() -> list[Alike]:
    """Return groups of live donors that look like one: same mailbox first, then name and place."""
    live = Donor.objects.live()
    found = [
        Alike(list(live.filter(mailbox=row["mailbox"]).order_by("pk")), is_same_mailbox=True)
        for row in _several(live, "mailbox")
    ]
    placed = live.filter(postcode__isnull=False).exclude(plain_name="")
    return found + [
        Alike(list(placed.filter(**row).order_by("pk")), is_same_mailbox=False)
        for row in _several(placed, "plain_name", "postcode")
    ]


def _several(donors: QuerySet[Donor], *names: str) -> list[dict[str, Any]]:
    rows = donors.order_by().values(*names).annotate(count=Count("pk")).filter(count__gt=1)
    return [{name: row[name] for name in names} for row in rows.order_by("-count", *names)[:A_PAGE]]


@transaction.atomic
def merge(*, survivor_id: int, other_id: int, actor: Any, now: datetime) -> DonorMerge:
    """Merge a donor into the one that stays, and return the record of it. Raises NotPossible.

    `actor` is who of staff did it; None where an account had confirmed both addresses.
    """
    locked = Donor.objects.live().filter(erase_asked_at=None, pk__in=[survivor_id, other_id])
    # Gifts of either that are just being written wait, and follow.
    found = {row.pk: row for row in locked.select_for_update().order_by("pk")}
    if len(found) < 2:
        raise NotPossible
    survivor, other = found[survivor_id], found[other_id]
    followed = {name: follow(survivor, other, now) for name, follow in FOLLOW.items()}
    _fill(survivor, other)
    Donor.objects.filter(pk=other.pk).update(merged_into=survivor)
    done = DonorMerge.objects.create(
        survivor=survivor, merged=other, merged_by=actor, merged_at=now, followed=followed
    )
    logger.info("donor.merged", extra={"donor": survivor.pk, "merged": other.pk})
    return done


def _gifts(survivor: Donor, other: Donor, now: datetime) -> int:
    return Gift.objects.filter(donor=other).update(donor=survivor)


def _plans(survivor: Donor, other: Donor, now: datetime) -> int:
    return Plan.objects.filter(donor=other).update(donor=survivor)


def _links(survivor: Donor, other: Donor, now: datetime) -> int:
    return DonorLink.objects.filter(donor=other).update(donor=survivor)


def _visits(survivor: Donor, other: Donor, now: datetime) -> int:
    return DonorVisit.objects.filter(donor=other).update(donor=survivor)


def _consents(survivor: Donor, other: Donor, now: datetime) -> int:
    MailConsent.objects.filter(donor=other, withdrawn_at=None).update(withdrawn_at=now)
    return MailConsent.objects.filter(donor=other).update(donor=survivor)


def _years(survivor: Donor, other: Donor, now: datetime) -> int:
    """Let statements follow; of two of a year the other's holds no more, the next has all."""
    held = YearStatement.objects.live().filter(donor=survivor).values("year")
    for statement in YearStatement.objects.live().filter(donor=other, year__in=held):
        years.replace(statement, now=now)
    return YearStatement.objects.filter(donor=other).update(donor=survivor)


def _merged(survivor: Donor, other: Donor, now: datetime) -> int:
    """Let those who were merged into the other lead to the survivor at once."""
    return Donor.objects.filter(merged_into=other).update(merged_into=survivor)


# Every relation to a donor, by its name, and what it does; a test holds that none is missing.
FOLLOW: dict[str, Callable[[Donor, Donor, datetime], int]] = {
    "gifts": _gifts,
    "plans": _plans,
    "links": _links,
    "visits": _visits,
    "consents": _consents,
    "year_statements": _years,
    "merged": _merged,
}
# The record of what happened stays with whom it happened to.
STAYS = frozenset({"merges", "merge"})


def _fill(survivor: Donor, other: Donor) -> None:
    """Take over what the survivor lacks."""
    for name in ("name", "organisation", "address"):
        setattr(survivor, name, getattr(survivor, name) or getattr(other, name))
    survivor.save(update_fields=["name", "organisation", "address"])
