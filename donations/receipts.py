"""Receipts: one that holds for each gift, of what was kept of it; gapless, frozen, void or live.

`issue_due` brings a gift's receipts in step with what is left of it, whatever happened: refunds,
refunds that came back, disputes lost. It may be called at any time and any number of times.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override

from weintl.money import Money
from weintl.organisation.models import Organisation
from weintl.papers import keeping, numbering
from weintl.payments.models import Payment

from . import donors, wordings
from .models import Donor, Gift, Receipt, ReceiptDonor, ReceiptVoid, YearStatement

logger = logging.getLogger(__name__)

SERIES = "RC"
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
# What `issue_missing` looks at in one go.
AT_ONCE = 200
Reason = ReceiptVoid.Reason


@dataclass(frozen=True, slots=True)
class Bought:
    """What the same payment bought beside the gift: its worth in minor units, and its order."""

    amount: int
    order: str


def kept_of(gift: Gift) -> int:
    """Return what of a received gift is ours, in minor units: less refunds and lost disputes."""
    if gift.received_at is None or gift.payment is None:
        return 0
    kept = gift.total.amount - gift.refunded_amount
    if gift.payment.purpose != "gift":
        return kept
    lost = gift.payment.disputes.filter(state="lost").aggregate(all=Sum("amount"))["all"] or 0
    return max(kept - lost, 0)


def issue_due(gift: Gift, *, now: datetime, bought: Bought | None = None) -> Receipt | None:
    """Make the receipt void that is no longer right, and issue the one that is; return that.

    Call it in a transaction that has locked the gift's payment, last of all: it takes a number.
    None if nothing was to be issued. `bought` is what the same payment bought.
    """
    last = gift.receipts.select_related("voiding").order_by("-pk").first()
    kept = kept_of(gift)
    if kept <= gift.advantage_amount:
        # Nothing is left that would be a gift.
        kept = 0
    is_live = last is not None and not last.is_void
    if last is not None and is_live:
        if last.total_amount == kept:
            return None
        _make_void(last, gift, kept=kept, now=now)
    if not kept:
        return None
    return _issue(gift, kept=kept, bought=bought, replaces=last, now=now)


def issue_missing(*, now: datetime) -> int:
    """Issue receipts for gifts that were received before there were any; return how many.

    In the order in which they came, each in a transaction of its own. Safe to repeat. Gifts that
    came with an order are the shop's to name.
    """
    count, passed = 0, 0
    while True:
        found = list(_without_receipt().filter(pk__gt=passed)[:AT_ONCE])
        if not found:
            return count
        for gift in found:
            passed = gift.pk
            with transaction.atomic():
                assert gift.payment_id is not None
                Payment.objects.select_for_update(no_key=True).get(pk=gift.payment_id)
                gift.refresh_from_db()
                count += issue_due(gift, now=now) is not None


def _without_receipt() -> QuerySet[Gift]:
    found = Receipt.objects.filter(gift=OuterRef("pk"))
    gifts = Gift.objects.filter(~Exists(found), received_at__isnull=False)
    return (
        gifts.filter(payment__purpose="gift")
        .select_related("payment", "fund", "donor")
        .order_by("pk")
    )


def _make_void(receipt: Receipt, gift: Gift, *, kept: int, now: datetime) -> None:
    refund = gift.refunds.order_by("-pk").first()
    if kept > receipt.total_amount:
        reason = Reason.RETURNED
    elif gift.refunded_amount > int(receipt.contents["refunded"]):
        reason = Reason.REFUNDED
    else:
        reason = Reason.DISPUTED
    ReceiptVoid.objects.create(
        receipt=receipt,
        reason=reason,
        refund=None if reason == Reason.DISPUTED else refund,
        voided_at=now,
    )
    logger.info("receipt.void", extra={"receipt": receipt.pk, "gift": gift.pk})


def _issue(
    gift: Gift, *, kept: int, bought: Bought | None, replaces: Receipt | None, now: datetime
) -> Receipt:
    assert gift.received_at is not None
    issued_at = now if replaces else gift.received_at
    donor = ReceiptDonor(text=donor_text(gift), salt=secrets.token_hex(16))
    committed = commitment(donor)
    if gift.donor.erased_at is not None:
        # What comes after the donor has gone names nobody.
        donor.text, donor.salt, donor.erased_at = "", "", now
    ours = Organisation.current()
    wording = wordings.of_country(ours.country)
    contents = {
        "version": 1,
        "kind": "receipt",
        "gift_number": gift.number,
        "currency": gift.currency,
        "language": gift.language,
        "issued": localdate(issued_at).isoformat(),
        "received": localdate(gift.received_at).isoformat(),
        "wording": wording.VERSION,
        "fund": in_each(lambda language: gift.fund.name),
        "given": gift.amount,
        "fee_cover": gift.fee_cover_amount,
        "refunded": gift.refunded_amount,
        "kept": kept,
        "advantage": gift.advantage_amount,
        "bought": {"amount": bought.amount, "order": bought.order} if bought else None,
        "eligible": kept - gift.advantage_amount,
        "paid_by": gift.way,
        "replaces": _replaced(replaces),
        "issuer": issuer(ours),
        "words": in_each(
            lambda language: wording.paragraphs(_facts(gift, ours, kept=kept, bought=bought))
        ),
        "donor_commitment": committed,
    }
    number = numbering.take(SERIES, at=issued_at)
    donor.receipt = Receipt.objects.create(
        number=str(number),
        series=number.series,
        year=number.year,
        sequence=number.sequence,
        gift=gift,
        replaces=replaces,
        currency=gift.currency,
        total_amount=kept,
        advantage_amount=gift.advantage_amount,
        eligible_amount=kept - gift.advantage_amount,
        received_on=localdate(gift.received_at),
        language=gift.language,
        wording=wording.VERSION,
        issued_at=issued_at,
        contents={**contents, "number": str(number)},
    )
    donor.save()
    logger.info("receipt.issued", extra={"receipt": donor.receipt.pk, "gift": gift.pk})
    return donor.receipt


def _facts(gift: Gift, ours: Organisation, *, kept: int, bought: Bought | None) -> wordings.Facts:
    """Return what the words tell, in the active language."""
    beside = bought.amount if bought else 0
    note = gift.advantage_note
    if bought:
        note = _("crafts from our shop, order %(number)s") % {"number": bought.order}
    return wordings.Facts(
        organisation=ours.legal_name,
        paid=Money(kept + beside, gift.currency),
        gift=Money(kept - gift.advantage_amount, gift.currency),
        advantage=Money(gift.advantage_amount + beside, gift.currency),
        advantage_note=note,
        status=ours.tax_status,
    )


def issuer(ours: Organisation) -> dict[str, str]:
    """Return the organisation as papers freeze it."""
    return {
        "name": ours.legal_name,
        "address": ours.address,
        "country": ours.country,
        "tax_number": ours.tax_number,
        "contact": ours.contact_email,
    }


def in_each(make: Callable[[str], Any]) -> dict[str, Any]:
    """Return what `make` makes of each language while that is the active one."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = make(language)
    return found


def _replaced(receipt: Receipt | None) -> dict[str, str] | None:
    if receipt is None:
        return None
    return {"number": receipt.number, "issued": localdate(receipt.issued_at).isoformat()}


def donor_text(gift: Gift) -> str:
    """Return the donor as on the receipt, a line each."""
    organisation = gift.organisation_name
    lines = donors.lines_of(gift.donor, name=gift.donor_name, organisation=organisation)
    return "\n".join(lines)


def commitment(donor: ReceiptDonor | YearStatement) -> str:
    """Return the SHA-256 of salt and text, each UTF-8, with a line feed between."""
    return sha256(f"{donor.salt}\n{donor.text}".encode()).hexdigest()


def of_gift(gift: Gift) -> list[Receipt]:
    """Return a gift's receipts, first issued first, each with what made it void."""
    return list(gift.receipts.select_related("voiding").order_by("pk"))


def erase_donor(donor: Donor, *, now: datetime, before: date = date.max) -> int:
    """Erase who stands on a donor's receipts, and their papers; return how many papers.

    Of receipts for gifts received `before` a day. Numbers, amounts and hashes stay: the books
    need them. Safe to repeat.
    """
    rows = ReceiptDonor.objects.filter(receipt__gift__donor=donor)
    return erase_named(rows.filter(receipt__received_on__lt=before), now=now)


@transaction.atomic
def erase_named(rows: QuerySet[ReceiptDonor], *, now: datetime) -> int:
    """Erase who stands on these receipts, and their papers; return how many papers."""
    papers = 0
    for row in rows.filter(erased_at=None).select_related("receipt").order_by("pk"):
        ReceiptDonor.objects.filter(pk=row.pk).update(text="", salt="", erased_at=now)
        papers += keeping.erase(f"receipt/{row.receipt.number}/", now=now)
    return papers
