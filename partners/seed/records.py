"""What staff keep of a made-up partner: contact, checks, agreement, a paper, its steps."""

import hashlib
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.utils.timezone import localdate

from partners import ladder
from partners.models import Agreement, Contact, Document, DueDiligence, Partner
from weintl.accounts.models import User

FILENAME = "agreement.txt"
TEXT = "A made-up agreement between {name} and us, for the demonstration. It binds nobody."
# Counted from when the demonstration is filled; the visit is soon due again.
CHECKED, SIGNED, AGAIN, VISIT_AGAIN = (timedelta(days=days) for days in (120, 110, 610, 45))
STEPS = (
    (Partner.Status.VETTED, "All six points passed"),
    (Partner.Status.ACTIVE, "Agreement signed"),
)


def load(*, partner: Partner, now: datetime, author: User, approver: User) -> None:
    """Write a new partner's records and let it climb from candidate to active."""
    today = localdate(now)
    Contact.objects.create(
        partner=partner,
        name="Robin Example",
        role="Coordinator",
        email=f"office@{partner.slug}.example",
        note="Fictional; rings back in the morning",
    )
    text = TEXT.format(name=partner.name).encode()
    document = Document.objects.create(
        partner=partner,
        title="Agreement, signed copy",
        file=ContentFile(text, name=FILENAME),
        filename=FILENAME,
        digest=hashlib.sha256(text).hexdigest(),
        uploaded_by=author,
        uploaded_at=now,
    )
    Agreement.objects.create(
        partner=partner,
        title="Partnership",
        starts_on=today - SIGNED,
        expires_on=today + AGAIN,
        terms="Pay a piece as in the split rules, payouts each month, a visit a year.",
        document=document,
    )
    for point in DueDiligence.Point:
        is_visit = point == DueDiligence.Point.VISIT
        DueDiligence.objects.create(
            partner=partner,
            point=point,
            outcome=DueDiligence.Outcome.PASSED,
            checked_on=today - CHECKED,
            expires_on=today + (VISIT_AGAIN if is_visit else AGAIN),
        )
    for (to, reason), actor in zip(STEPS, (author, approver), strict=True):
        ladder.move(partner_id=partner.pk, to=to, reason=reason, actor=actor, now=now)
