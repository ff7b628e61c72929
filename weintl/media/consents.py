"""Withdraw a consent, and tell staff of those that end."""

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.urls import reverse

from weintl.background import enqueue
from weintl.mail import outbox

from . import erasure, pictures
from .models import ConsentRecord, Picture, Withdrawal

logger = logging.getLogger(__name__)
OFFICERS = "consent officer"
NOTICE = timedelta(days=30)


class AlreadyWithdrawn(Exception):
    """The consent was withdrawn before, and nothing rests on it."""


@dataclass(frozen=True)
class Use:
    """Rows of one kind that rest on a consent."""

    name: str
    titles: list[str]


def uses(consent: ConsentRecord) -> list[Use]:
    """Return what rests on `consent`, or did, and would go with it, for a person to read."""
    found = [
        Use(str(rows.model._meta.verbose_name_plural), [str(row) for row in rows.order_by("pk")])
        for rows in erasure.telling_of(consent)
    ]
    return [use for use in found if use.titles]


@transaction.atomic
def withdraw(*, code: str, now: datetime) -> Withdrawal:
    """Take back everything that rests on the consent `code`, and return the record of it.

    Stories and pictures are deleted with their history and log; pages and products that
    showed a picture lose it; files are removed after the commit, and tried again until they
    are gone. What stays are codes and numbers. Raises ConsentRecord.DoesNotExist,
    AlreadyWithdrawn.
    """
    consent = ConsentRecord.objects.select_for_update().get(code=code)
    if consent.withdrawn_at is not None and not uses(consent):
        raise AlreadyWithdrawn(code)
    # A statement, not save(): nothing writes history of it.
    ConsentRecord.objects.filter(pk=consent.pk).update(withdrawn_at=now)
    erased: Counter[str] = Counter()
    for rows in erasure.telling_of(consent):
        if rows.model is not Picture:
            erased += erasure.delete(rows)
    for picture in Picture.objects.filter(consent=consent).order_by("pk"):
        pictures.doom(picture=picture, now=now)
        erased += erasure.let_go(picture)
        erased += erasure.delete(Picture.objects.filter(pk=picture.pk))
    erasure.forget(consent)
    withdrawal, _created = Withdrawal.objects.update_or_create(
        code=code,
        defaults={"withdrawn_at": now, "erased": dict(erased), "is_written_down": False},
    )
    enqueue("weintl.media.tasks.sweep")
    logger.info("consent.withdrawn", extra={"consent": consent.pk, "erased": dict(erased)})
    return withdrawal


def officers() -> models.QuerySet:
    """Return the consent officers; where there are none, those who have every right."""
    staff = get_user_model().objects.filter(is_active=True, is_staff=True)
    named = staff.filter(groups__name=OFFICERS)
    return (named if named.exists() else staff.filter(is_superuser=True)).order_by("pk")


def remind(*, now: datetime) -> int:
    """Write to each officer once of each consent that ends within a month; return how many.

    The mail holds the code and the day, nothing else.
    """
    today = now.date()
    count = 0
    people = list(officers())
    for consent in ConsentRecord.objects.expiring(after=today, until=today + NOTICE):
        for person in people:
            outbox.queue(
                key=f"consent-ends/{consent.code}/{consent.expires_on}/{person.pk}",
                template="media/consent_ends",
                to=person.email,
                language=settings.LANGUAGE_CODE,
                context={
                    "code": consent.code,
                    "expires_on": consent.expires_on.isoformat(),
                    "url": settings.SITE_URL
                    + reverse("admin:media_consentrecord_change", args=[consent.pk]),
                },
                cause=f"consent:{consent.pk}",
                now=now,
            )
            count += 1
    return count
