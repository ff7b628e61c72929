"""“Erase me”: a donor goes once nothing of the gifts is open; the books keep the amounts.

What names the donor goes: address, name, words on receipts and yearly statements with their
papers, mails, links, consents, the address on payments, and the provider's messages about them.
Gifts, receipts' numbers and amounts, payments and the ledger stay. Where the law wants receipts
kept with their donor, `RECEIPT_DONOR_YEARS` says how long: then who stands on them goes later,
by itself.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from weintl.mail.models import Mail
from weintl.payments import redacting, states
from weintl.payments.models import Dispute, Payment, Refund

from . import receipts, tributes, years
from .models import (
    Donor,
    DonorLink,
    DonorVisit,
    Gift,
    MailConsent,
    Receipt,
    ReceiptDonor,
)
from .models import Plan as RepeatedGift
from .models.gifts import new_token

logger = logging.getLogger(__name__)
AT_ONCE = 200
# How far back each run looks for news of erased donors' gifts; beat runs it four times a day.
LATE = timedelta(days=7)
# Why a donor is still needed; each that holds is told.
REASONS: Mapping[str, Any] = {
    "is_giving": _("a gift comes each month or year: end it first"),
    "is_unpaid": _("a payment is on its way, or its page is open"),
    "is_refunding": _("money is on its way back"),
    "is_contested": _("a payment is contested at the bank"),
    "is_being_told": _("a mail or a receipt is being made"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What erasing a donor would do now: how many gifts, and why it has to wait.

    `ends` is how many regular gifts a donor's own yes ends; staff end them first.
    """

    gifts: int
    receipts: int
    ends: int
    waits_for: list[str]
    keeps_receipts_until: int | None


def plan(donor: Donor, *, now: datetime, is_own: bool = False) -> Plan:
    """Return what erasing would do; changes nothing. `is_own`: the donor asks, not staff."""
    papers = Receipt.objects.filter(gift__donor=donor)
    newest = papers.order_by("-received_on").values_list("received_on", flat=True).first()
    until = newest.year + settings.RECEIPT_DONOR_YEARS if newest else None
    is_kept = until is not None and newest is not None and newest >= _kept_from(now)
    waits = [name for name in _open(donor) if not (is_own and name == "is_giving")]
    return Plan(
        gifts=Gift.objects.filter(donor=donor, received_at__isnull=False).count(),
        receipts=papers.count(),
        ends=RepeatedGift.objects.live().filter(donor=donor).count() if is_own else 0,
        waits_for=[str(REASONS[name]) for name in waits],
        keeps_receipts_until=until if is_kept else None,
    )


def _open(donor: Donor) -> list[str]:
    """Return the names of REASONS that hold."""
    gifts = Gift.objects.filter(donor=donor)
    payment = OuterRef("payment_id")
    refunds = Refund.objects.filter(payment=payment, state__in=["requested", "pending"])
    unpaid = Q(state=Gift.State.AWAITING_PAYMENT) | Q(payment__state__in=states.UNDECIDED)
    own = Mail.objects.filter(cause__in=_own_causes(donor), state=Mail.State.QUEUED)
    papers = Receipt.objects.filter(gift__donor=donor, waits_for_paper=True)
    found = {
        "is_giving": RepeatedGift.objects.live().filter(donor=donor).exists(),
        "is_unpaid": gifts.filter(unpaid).exists(),
        "is_refunding": gifts.filter(Exists(refunds)).exists(),
        "is_contested": gifts.filter(
            Exists(Dispute.objects.filter(payment=payment, closed_at=None))
        ).exists(),
        "is_being_told": own.exists()
        or papers.exists()
        or Mail.objects.filter(cause__in=_causes(gifts), state=Mail.State.QUEUED).exists(),
    }
    return [name for name, holds in found.items() if holds]


def _all(donor: Donor) -> QuerySet[Donor]:
    """Return a donor with those who were merged into it."""
    return Donor.objects.filter(Q(pk=donor.pk) | Q(merged_into=donor)).order_by("pk")


def _own_causes(donor: Donor) -> list[str]:
    return [f"donor:{pk}" for pk in _all(donor).values_list("pk", flat=True)]


def _causes(gifts: Any) -> list[str]:
    return [f"gift:{pk}" for pk in gifts.order_by("pk").values_list("pk", flat=True)]


def erase(donor: Donor, *, now: datetime) -> bool:
    """Write down that a donor wants to go, and erase at once if nothing is open; say if done.

    Else `erase_due` does it. A second yes changes nothing.
    """
    Donor.objects.filter(pk=donor.pk, erase_asked_at=None).update(erase_asked_at=now)
    logger.info("donor.erase_asked", extra={"donor": donor.pk})
    return _erase(donor.pk, now=now)


def erase_due(*, now: datetime) -> int:
    """Erase donors who asked and of whose gifts nothing is open now; return how many.

    Also who stands on receipts of erased donors whose time of keeping is over, and who is named
    in what the provider told of their gifts since.
    """
    asked = Donor.objects.filter(erase_asked_at__isnull=False, erased_at=None)
    due = list(asked.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    count = sum(_erase(pk, now=now) for pk in due)
    # What the provider tells of an old gift names its payer again.
    gone_payers = Gift.objects.filter(donor__erased_at__isnull=False).values("payment")
    told = Payment.objects.filter(pk__in=gone_payers, purpose="gift")
    redacting.forget_late(told, since=now - LATE)
    if settings.RECEIPT_DONOR_YEARS:
        gone = ReceiptDonor.objects.filter(receipt__gift__donor__erased_at__isnull=False)
        receipts.erase_named(gone.filter(receipt__received_on__lt=_kept_from(now)), now=now)
    return count


@transaction.atomic
def _erase(pk: int, *, now: datetime) -> bool:
    payments = Payment.objects.filter(pk__in=Gift.objects.filter(donor=pk).values("payment"))
    # Whatever books a payment, a refund or a dispute locks its payment first.
    locked = [row.pk for row in payments.select_for_update(no_key=True).order_by("pk")]
    donor = Donor.objects.select_for_update(no_key=True).get(pk=pk)
    if donor.erased_at is not None or donor.erase_asked_at is None or _open(donor):
        return False
    gifts = Gift.objects.filter(donor=donor)
    Mail.objects.filter(cause__in=[*_own_causes(donor), *_causes(gifts)]).delete()
    for gift in gifts.order_by("pk").iterator(chunk_size=1000):
        Gift.objects.filter(pk=gift.pk).update(
            donor_name="",
            giver=Gift.Giver.PERSON,
            organisation_name="",
            note="",
            token=new_token(),
        )
    tributes.erase(donor, now=now)
    # What came with an order is the order's to name.
    own = Payment.objects.filter(pk__in=locked, purpose="gift")
    redacting.forget_payer(own)
    DonorVisit.objects.filter(donor=donor).delete()
    DonorLink.objects.filter(donor=donor).delete()
    MailConsent.objects.filter(donor=donor).delete()
    receipts.erase_donor(donor, now=now, before=_kept_from(now))
    years.erase_donor(donor, now=now)
    for each in _all(donor):
        _forget_log(each)
        Donor.objects.filter(pk=each.pk).update(
            email=f"{each.public_id}@erased.invalid",
            name="",
            organisation="",
            address="",
            erase_asked_at=donor.erase_asked_at,
            erased_at=now,
        )
    logger.info("donor.erased", extra={"donor": pk})
    return True


def _forget_log(donor: Donor) -> None:
    """Let the admin's log keep what staff did to the donor, without the name."""
    kind = ContentType.objects.get_for_model(Donor)
    about = LogEntry.objects.filter(content_type=kind, object_id=str(donor.pk))
    about.update(object_repr=f"#{donor.pk}")


def _kept_from(now: datetime) -> date:
    """Return the first day whose receipts are still kept with their donor."""
    today = localdate(now)
    if not settings.RECEIPT_DONOR_YEARS:
        return date.max
    return date(today.year - settings.RECEIPT_DONOR_YEARS, 1, 1)
