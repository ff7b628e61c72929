"""In honour or in memory of someone: what is kept of it, and the card by mail.

The card goes out once, when the gift has arrived, in the gift's language. It says who gave
unless that is not to be said, and never how much.
"""

from dataclasses import dataclass
from datetime import datetime

from weintl.mail import outbox
from weintl.mail.models import Mail

from .models import Donor, Gift, Tribute


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom to honour, and who is told. Without `recipient_email` there is no card."""

    kind: str
    honoured_name: str
    recipient_name: str = ""
    recipient_email: str = ""
    message: str = ""


def keep(wish: Wish, *, gift: Gift) -> Tribute:
    """Write down a wish beside its gift, in the caller's transaction."""
    return Tribute.objects.create(
        gift=gift,
        kind=wish.kind,
        honoured_name=wish.honoured_name,
        recipient_name=wish.recipient_name,
        recipient_email=wish.recipient_email,
        message=wish.message,
    )


def send_card(*, gift: Gift, now: datetime) -> Mail | None:
    """Queue the card of a gift that has arrived; None where none is wanted. Safe to repeat."""
    tribute = Tribute.objects.filter(gift=gift).exclude(recipient_email="").first()
    if tribute is None:
        return None
    return outbox.queue(
        key=card_key(gift),
        template="donations/tribute_card",
        to=tribute.recipient_email,
        language=gift.language,
        context={
            "is_memory": tribute.kind == Tribute.Kind.MEMORY,
            "honoured": tribute.honoured_name,
            "recipient": tribute.recipient_name,
            "message": tribute.message,
            "giver": "" if gift.is_anonymous else gift.organisation_name or gift.donor_name,
            "fund": gift.fund.name,
        },
        cause=f"gift:{gift.pk}",
        now=now,
    )


def card_key(gift: Gift) -> str:
    """Return the unique key of the gift's card among the mails."""
    return f"gift/{gift.public_id}/card"


def erase(donor: Donor, *, now: datetime) -> None:
    """Empty the tributes of a donor's gifts: they name others. Safe to repeat."""
    Tribute.objects.filter(gift__donor=donor, erased_at=None).update(
        honoured_name="", recipient_name="", recipient_email="", message="", erased_at=now
    )
