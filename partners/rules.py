"""Approve and end split rules: always a second person, always from now on."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext_lazy as _

from weintl.accounts.models import User

from .models import SplitRule


class NotPossible(ValueError):
    """A rule cannot be approved or ended; `message` says why, to a person."""

    message = _("This rule cannot be changed.")


class SecondPersonNeeded(NotPossible):
    """The author tried to approve."""

    message = _("You wrote this rule: another person approves it.")


class Overlaps(NotPossible):
    """Another approved rule covers part of the time and cannot be ended for this one."""

    message = _("Another approved rule covers part of that time. End it, or begin later.")


class NotInFuture(NotPossible):
    """An end that is past, or does not lie within the rule's time."""

    message = _("Choose an end that is in the future and within the time of the rule.")


def approve(*, rule: SplitRule, actor: User, now: datetime, four_eyes: bool) -> SplitRule:
    """Put a drafted rule in force and end, at its start, the one that it follows.

    With `four_eyes` the author may not; without, the act is marked as single-handed for
    ever. Approving twice changes nothing. Raises SecondPersonNeeded, Overlaps.
    """
    try:
        with transaction.atomic():
            locked = SplitRule.objects.select_for_update().get(pk=rule.pk)
            if locked.approved_at:
                return locked
            is_single_handed = locked.created_by_id == actor.pk
            if is_single_handed and four_eyes:
                raise SecondPersonNeeded
            _end_before(locked, now=now)
            locked.approved_by = actor
            locked.approved_at = now
            locked.is_single_handed = is_single_handed
            locked.save(update_fields=["approved_by", "approved_at", "is_single_handed"])
    except IntegrityError as error:
        raise Overlaps from error
    return locked


def _end_before(rule: SplitRule, *, now: datetime) -> None:
    """End the open rule of the same scope where `rule` begins, if that is yet to come."""
    start = rule.effective.lower
    if start is None or start < now:
        return
    earlier = SplitRule.objects.filter(
        approved_at__isnull=False,
        programme_id=rule.programme_id,
        product_code=rule.product_code,
        effective__contains=start,
    ).exclude(effective__startswith=start)
    for found in earlier.select_for_update().order_by("pk"):
        found.effective = DateTimeTZRange(found.effective.lower, start, "[)")
        found.save(update_fields=["effective"])


def end(*, rule: SplitRule, at: datetime, now: datetime) -> SplitRule:
    """Let an approved rule end at `at`. Raises NotInFuture."""
    with transaction.atomic():
        locked = SplitRule.objects.select_for_update().get(pk=rule.pk)
        start, until = locked.effective.lower, locked.effective.upper
        if at <= now or (start and at <= start) or (until and at > until):
            raise NotInFuture
        locked.effective = DateTimeTZRange(start, at, "[)")
        locked.save(update_fields=["effective"])
    return locked
