"""The ladder of a partner: candidate, vetted, active, paused, closed. docs/staff/partners.md."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from weintl.accounts.models import User

from .models import DueDiligence, Partner, StatusChange

Status = Partner.Status
# The database holds the same table: partners/migrations, "partner_records_stay".
STEPS: dict[str, tuple[Status, ...]] = {
    Status.CANDIDATE: (Status.VETTED, Status.CLOSED),
    Status.VETTED: (Status.ACTIVE, Status.CANDIDATE, Status.CLOSED),
    Status.ACTIVE: (Status.PAUSED, Status.CLOSED),
    Status.PAUSED: (Status.ACTIVE, Status.CLOSED),
    Status.CLOSED: (Status.CANDIDATE,),
}


class NotPossible(ValueError):
    """A partner cannot take a step; `message` says why, to a person."""

    message: Any = _("From where it stands, this partner cannot go there.")


class NotVetted(NotPossible):
    """A point of the checklist is open, failed or has expired."""

    message = _("Every point of the due diligence must be passed and not expired.")


def open_checklist(partner: Partner) -> None:
    """Give a partner the points of the checklist that it lacks, each open."""
    DueDiligence.objects.bulk_create(
        [DueDiligence(partner=partner, point=point) for point in DueDiligence.Point.values],
        ignore_conflicts=True,
    )


def is_vetted(partner: Partner, *, now: datetime) -> bool:
    """Say whether every point of the checklist is passed, and still counts."""
    passed = DueDiligence.objects.filter(
        partner=partner, outcome=DueDiligence.Outcome.PASSED
    ).exclude(expires_on__lt=localdate(now))
    return set(passed.values_list("point", flat=True)) == set(DueDiligence.Point.values)


def move(*, partner_id: int, to: str, reason: str, actor: User, now: datetime) -> StatusChange:
    """Let a partner take one step, and keep who, when and why.

    A paused or closed partner's pages and pieces leave the site at once. Raises NotPossible,
    and NotVetted where it is to be vetted or active while the checklist is not passed.
    """
    try:
        with transaction.atomic():
            partner = Partner.objects.select_for_update().get(pk=partner_id)
            if to not in STEPS[partner.status]:
                raise NotPossible
            if to in (Status.VETTED, Status.ACTIVE) and not is_vetted(partner, now=now):
                raise NotVetted
            return StatusChange.objects.create(
                partner=partner,
                before=partner.status,
                after=to,
                reason=reason,
                actor=actor,
                changed_at=now,
            )
    except IntegrityError as error:
        raise NotPossible from error
