"""Run every check each night and keep what is broken as rows that staff see."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from . import collect
from .collect import Breach
from .models import BrokenRule, Verification

logger = logging.getLogger(__name__)

# Where so much is broken, one cause is behind it; more rows would help nobody.
KEPT = 500


def run(*, now: datetime) -> Verification:
    """Check everything on one snapshot, keep what is broken, and say what is mended since."""
    checks = collect.checks()
    return keep(collect.all_breaches(checks), checks=len(checks), now=now)


def keep(found: list[Breach], *, checks: int, now: datetime) -> Verification:
    """Keep what a run of so many checks found, and say what it did not find any more."""
    for breach in found[:KEPT]:
        logger.error("verify.broken", extra={"rule": breach.check})
    with transaction.atomic():
        _keep(found[:KEPT], now=now)
        return Verification.objects.create(
            began_at=now, ended_at=timezone.now(), checks=checks, breaches=len(found)
        )


def _keep(found: list[Breach], *, now: datetime) -> None:
    for breach in found:
        BrokenRule.objects.update_or_create(
            rule=breach.check[:250],
            sentence=breach.sentence,
            gone_at=None,
            defaults={"last_found_at": now},
            create_defaults={"found_at": now, "last_found_at": now},
        )
    BrokenRule.objects.filter(gone_at=None).exclude(last_found_at=now).update(gone_at=now)
