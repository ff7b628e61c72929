"""A paid payout that the programme's bank sent back: recorded, reversed, owed again."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from weintl.accounts.models import User

from . import payout_postings, payouts
from .models.ledger import Account
from .models.payouts import Payout

Kind = Account.Kind


class WrongDay(payouts.NotPossible):
    """A day of return that lies in the future or before the payment."""

    message = _("Choose the day on which it came back: not in the future, not before payment.")


@transaction.atomic
def mark_returned(
    *,
    payout: Payout,
    reference: str,
    fee: int,
    returned_on: date,
    reason: str,
    actor: User,
    now: datetime,
) -> Payout:
    """Book that the money came back to our bank, which took `fee` minor units for it.

    All of it is owed to the programme again, and its items are free for another payout. The
    statement that was issued stays; the next one tells the return. Raises payouts.NotPossible,
    WrongDay.
    """
    locked = payouts.lock_for(payout, to=Payout.State.RETURNED)
    if not (locked.paid_on or returned_on) <= returned_on <= localtime(now).date():
        raise WrongDay
    if fee < 0 or not reference.strip() or not reason.strip():
        raise payouts.NotPossible
    payouts.hold_accounts(locked, Kind.BANK, Kind.FEES)
    locked.state = Payout.State.RETURNED
    locked.return_reference = reference.strip()
    locked.return_fee = fee
    locked.returned_on = returned_on
    locked.returned_by = actor
    locked.returned_at = now
    locked.reason = reason.strip()
    locked.save()
    payout_postings.post_returned(
        number=locked.number,
        programme_code=locked.programme.code,
        currency=locked.currency,
        amount=locked.amount,
        fee=fee,
        occurred_at=now,
    )
    return locked
