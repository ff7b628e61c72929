"""Approve and end split rules: always a second person, always from now on."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext_lazy as _

from weintl.accounts.models import User

from .models import SplitRule

AHEAD = timedelta(minutes=1)


class NotPossible(ValueError):
    """A rule cannot be approved or ended; `message` says why, to a person."""

    message = _("This rule cannot be changed.")


class SecondPersonNeeded(NotPossible):
    """The author tried to approve."""

    message = _("You wrote this rule: another person approves it.")


class Overlaps(NotPossible):
    """Another approved rule covers part of the time and cannot be ended for this one."""

    message = _("Another approved rule covers part of that time. End it, or begin later.")


class Rewritten(NotPossible):
    """The draft is not the one that the approver has seen."""

    message = _("This rule was changed since you opened it. Please look at it again.")


class NotInFuture(NotPossible):
    """An end that is past, or does not lie within the rule's time."""

    message = _("Choose an end that is in the future and within the time of the rule.")


def fingerprint(rule: SplitRule) -> str:
    """Return a word for what a rule says: two that differ in any term have two."""
    said = (
        rule.programme_id,
        rule.product_code,
        rule.maker_pay_amount,
        rule.currency,
        rule.programme_ppm,
        *rule.weights.values(),
        rule.effective.lower,
        rule.effective.upper,
    )
    return sha256("\x1f".join(str(each) for each in said).encode()).hexdigest()


def approve(*, rule: SplitRule, actor: User, now: datetime, four_eyes: bool) -> SplitRule:
    """Put a drafted rule in force and end, at its start, the one that it follows.

    `rule` is as the actor has seen it. Where it follows one, or takes its product out of the
    programme's own, its start moves to a minute from now unless it lies later: what was sold
    under the other stays as it was. With `four_eyes` the author may not; without, the act is
    marked as single-handed for ever. Approving twice changes nothing. Raises Rewritten,
    SecondPersonNeeded, Overlaps.
    """
    try:
        with transaction.atomic():
            locked = SplitRule.objects.select_for_update().get(pk=rule.pk)
            if locked.approved_at:
                return locked
            if fingerprint(locked) != fingerprint(rule):
                raise Rewritten
            is_single_handed = locked.created_by_id == actor.pk
            if is_single_handed and four_eyes:
                raise SecondPersonNeeded
            _follow(locked, now=now)
            locked.approved_by = actor
            locked.approved_at = now
            locked.is_single_handed = is_single_handed
            locked.save(
                update_fields=["effective", "approved_by", "approved_at", "is_single_handed"]
            )
    except IntegrityError as error:
        raise Overlaps from error
    return locked


def _follow(rule: SplitRule, *, now: datetime) -> None:
    """End the rule that `rule` follows where `rule` begins. Raises Overlaps."""
    earlier = SplitRule.objects.filter(
        approved_at__isnull=False,
        programme_id=rule.programme_id,
        effective__overlap=rule.effective,
    )
    same = earlier.filter(product_code=rule.product_code)
    found = list(same.select_for_update().order_by("pk"))
    if not found and not earlier.filter(product_code="").exists():
        return
    # A minute ahead, so that the database, whose clock is its own, does not see a past end.
    begin = max(rule.effective.lower or now, now + AHEAD)
    until = rule.effective.upper
    if until and until <= begin:
        raise Overlaps
    for other in found:
        start, end_ = other.effective.lower, other.effective.upper
        if start and start >= begin:
            raise Overlaps
        if end_ is None or end_ > begin:
            other.effective = DateTimeTZRange(start, begin, "[)")
            other.save(update_fields=["effective"])
    rule.effective = DateTimeTZRange(begin, until, "[)")


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
