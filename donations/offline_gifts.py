"""Book gifts that came by cheque, bank transfer or in cash: the same ledger, the same receipts.

A batch is booked when its lines come to the total that was counted apart from them; from then
on it stays as it is. Each line is then booked in a transaction of its own, once: accounts are
locked before receipts are numbered, so two lines in one transaction could wait for each other.
What breaks off in between is taken up again by booking once more; `verify` names it until then.
"""

import hashlib
import logging
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weintl.money import Money
from weintl.money.formatting import format_money
from weintl.payments import offline
from weintl.payments.models import Way

from . import donors
from .models import Gift, OfflineBatch, OfflineGift

logger = logging.getLogger(__name__)
AGE = timedelta(days=2 * 366)
# A cheque is paid in at the bank: its money lies there.
WAYS = {"cheque": Way.BANK, "bank": Way.BANK, "cash": Way.CASH}


class NotBookable(ValueError):
    """A batch cannot be booked; `message` says why, to a person."""

    message: Any = gettext_lazy("This batch has no gifts yet.")


class NotTheTotal(NotBookable):
    """The lines do not come to the control total."""

    def __init__(self, *, lines: Money, control: Money) -> None:
        """Name both."""
        super().__init__(f"{lines.amount} is not {control.amount}.")
        words = _("The gifts come to %(lines)s, the control total is %(control)s.")
        self.message = words % {"lines": format_money(lines), "control": format_money(control)}


class NotYet(NotBookable):
    """A line has a day that is still to come."""

    message = gettext_lazy("A gift has a day that lies in the future.")


class TooLong(NotBookable):
    """A line has a day of another age: a year was mistyped."""

    message = gettext_lazy("A gift has a day more than two years ago. Is its year right?")


class NotItsFund(NotBookable):
    """A line names a campaign that asks for another fund."""

    message = gettext_lazy("A gift goes to another fund than its campaign's.")


def book(*, batch_id: int, actor: Any, now: datetime) -> int:
    """Book a batch and return how many gifts that were. Safe to repeat: none is booked twice.

    Raises NotBookable, offline.NotPossible, OfflineBatch.DoesNotExist.
    """
    with transaction.atomic():
        batch = OfflineBatch.objects.select_for_update(no_key=True).get(pk=batch_id)
        if batch.booked_at is None:
            _check(batch, now=now)
            batch.booked_by, batch.booked_at = actor, now
            batch.save(update_fields=["booked_by", "booked_at"])
    waiting = batch.lines.filter(gift=None).order_by("pk").values_list("pk", flat=True)
    count = sum(_book_line(pk, actor=actor, now=now) for pk in list(waiting))
    logger.info("offline.booked", extra={"batch": batch.pk, "gifts": count})
    return count


def has_something_to_book(batch: OfflineBatch) -> bool:
    """Say whether it is a draft, or broke off before its last line was booked."""
    return batch.booked_at is None or batch.lines.filter(gift=None).exists()


def oldest(*, now: datetime) -> date:
    """Return the first day that is taken: receipts are numbered by its year, for good."""
    return timezone.localdate(now) - AGE


def _check(batch: OfflineBatch, *, now: datetime) -> None:
    total = batch.lines.aggregate(all=Sum("amount"))["all"]
    if total is None:
        raise NotBookable
    if total != batch.control_amount:
        raise NotTheTotal(lines=Money(total, batch.currency), control=batch.control)
    if batch.lines.filter(received_on__gt=timezone.localdate(now)).exists():
        raise NotYet
    if batch.lines.filter(received_on__lt=oldest(now=now)).exists():
        raise TooLong
    if batch.lines.exclude(campaign=None).exclude(campaign__fund=F("fund")).exists():
        raise NotItsFund


@transaction.atomic
def _book_line(pk: int, *, actor: Any, now: datetime) -> bool:
    """Make the gift of a line and book it; say whether that was still to do."""
    rows = OfflineGift.objects.select_for_update(no_key=True, of=("self",))
    line = rows.select_related("batch", "fund", "campaign").get(pk=pk)
    if line.gift_id is not None:
        return False
    at = _moment(line.received_on, now=now)
    gift = _gift(line, at=at)
    assert gift.payment is not None
    offline.receive(
        payment_id=gift.payment.pk,
        amount=gift.total,
        reference=line.reference,
        day=line.received_on,
        actor=actor,
        now=now,
    )
    # The gift names its donor from now on: one place to correct and to erase.
    line.gift, line.email, line.name, line.organisation_name = gift, "", "", ""
    line.save(update_fields=["gift", "email", "name", "organisation_name"])
    return True


def _gift(line: OfflineGift, *, at: datetime) -> Gift:
    donor = donors.known_or_new(email=line.email, name=line.name, language=line.language, now=at)
    is_body = bool(line.organisation_name)
    gift = Gift(
        donor=donor,
        donor_name=line.name,
        giver=Gift.Giver.ORGANISATION if is_body else Gift.Giver.PERSON,
        organisation_name=line.organisation_name,
        is_anonymous=line.is_anonymous,
        fund=line.fund,
        campaign=line.campaign,
        amount=line.amount,
        currency=line.batch.currency,
        way=line.way,
        language=line.language,
        submission_key=hashlib.sha256(f"offline/{line.pk}".encode()).hexdigest(),
        created_at=at,
    )
    gift.payment = offline.create_payment(
        purpose="gift",
        reference=str(gift.public_id),
        way=WAYS[line.way],
        amount=gift.total,
        email=line.email.lower(),
        language=line.language,
        now=at,
    )
    gift.save(force_insert=True)
    return gift


def _moment(day: date, *, now: datetime) -> datetime:
    """Return now for today, else the noon of `day` where the organisation is."""
    if day == timezone.localdate(now):
        return now
    return timezone.make_aware(datetime.combine(day, time(12)))
