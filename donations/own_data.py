"""All that is kept about a donor, for the donor: plain names, no links of anybody."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Prefetch

from weintl.mail.models import Mail
from weintl.money import Money
from weintl.payments.models import Dispute

from .models import Donor, Gift, GiftRefund, Plan, Receipt

# Gifts whose mails are read in one query.
AT_ONCE = 500


def of(donor: Donor, *, now: datetime) -> dict[str, Any]:
    """Return what is kept about `donor` as JSON's own types; amounts in minor units.

    Names no token: whoever reads the file opens no page with it. Payment pages that were left
    are among the gifts, with their state.
    """
    gifts = list(_gifts(donor))
    merged = list(donor.merged.order_by("pk"))
    own = [f"donor:{each.pk}" for each in (donor, *merged)]
    causes = [*own, *(f"gift:{gift.pk}" for gift in gifts)]
    return {
        "made_at": now.isoformat(),
        "details": {
            "email": donor.email,
            "name": donor.name,
            "organisation": donor.organisation,
            "postal_address": donor.address,
            "language_of_mails": donor.language,
            "known_since": _at(donor.created_at),
            "also_known_by": [each.email for each in merged],
            "erasure_asked_at": _at(donor.erase_asked_at),
        },
        "mails_asked_for": [
            {
                "topic": row.topic,
                "words": row.words,
                "language": row.language,
                "given_at": _at(row.given_at),
                "withdrawn_at": _at(row.withdrawn_at),
            }
            for row in donor.consents.order_by("pk")
        ],
        "gifts": [_gift(gift) for gift in gifts],
        "regular_gifts": [_plan(plan) for plan in _plans(donor)],
        "yearly_statements": [
            {
                "number": row.number,
                "year": row.year,
                "issued_at": _at(row.issued_at),
                "holds_no_more_since": _at(row.replaced_at),
                "issued_to": row.text.splitlines(),
                "receipts": [line["receipt"] for line in row.contents["rows"]],
            }
            for row in donor.year_statements.order_by("pk")
        ],
        "links_to_this_page": [
            {
                "asked_at": _at(link.created_at),
                "used_at": _at(link.used_at),
                "revoked_at": _at(link.revoked_at),
            }
            for link in donor.links.order_by("pk")
        ],
        "visits": [
            {"started_at": _at(visit.started_at), "ended_at": _at(visit.ended_at)}
            for visit in donor.visits.order_by("pk")
        ],
        "mails": [_mail(mail) for mail in _mails(causes)],
    }


def _plans(donor: Donor) -> Any:
    rows = donor.plans.select_related("fund", "subscription").prefetch_related("changes")
    return rows.order_by("pk")


def _plan(plan: Plan) -> dict[str, Any]:
    row = plan.subscription
    return {
        "amount": _amount(plan.money),
        "fee_covered": _amount(plan.fee_cover),
        "interval": plan.interval,
        "fund": plan.fund.name,
        "state": row.state,
        "begun_at": _at(row.begun_at),
        "next_at": _at(row.period_end),
        "ended_at": _at(row.ended_at),
        "changes": [
            {
                "what": each.kind,
                "by": each.by,
                "at": _at(each.changed_at),
                "before": each.before,
                "after": each.after,
            }
            for each in plan.changes.all()
        ],
    }


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _amount(money: Money) -> dict[str, Any]:
    return {"minor_units": money.amount, "currency": money.currency.upper()}


def _gifts(donor: Donor) -> Iterable[Gift]:
    receipts = Receipt.objects.select_related("voiding", "donor_row").order_by("pk")
    refunds = GiftRefund.objects.order_by("pk")
    return (
        Gift.objects.filter(donor=donor)
        .select_related("fund", "campaign", "payment", "tribute")
        .prefetch_related(
            Prefetch("receipts", receipts),
            Prefetch("refunds", refunds),
            Prefetch("payment__disputes", Dispute.objects.order_by("pk")),
        )
        .order_by("-created_at", "-pk")
    )


def _gift(gift: Gift) -> dict[str, Any]:
    return {
        "number": gift.number,
        "fund": gift.fund.name,
        "campaign": gift.campaign.name if gift.campaign else None,
        "is_of_a_regular_gift": gift.plan_id is not None,
        "name_given": gift.donor_name,
        "organisation_given": gift.organisation_name,
        "is_anonymous": gift.is_anonymous,
        "note": gift.note,
        "tribute": _tribute(gift),
        "state": gift.state,
        "amount": _amount(gift.money),
        "fee_covered": _amount(gift.fee_cover),
        "given_back": _amount(gift.refunded),
        "given_in_return": gift.advantage_note,
        "paid_by": gift.way,
        "language": gift.language,
        "email_of_the_payment": gift.payment.email if gift.payment else "",
        "made_at": _at(gift.created_at),
        "received_at": _at(gift.received_at),
        "refunds": [
            {
                "amount": _amount(refund.total),
                "refunded_at": _at(refund.refunded_at),
                "came_back": refund.is_returned,
            }
            for refund in gift.refunds.all()
        ],
        "contested": [_contest(each) for each in gift.payment.disputes.all()]
        if gift.payment
        else [],
        "receipts": [_receipt(receipt) for receipt in gift.receipts.all()],
    }


def _contest(dispute: Dispute) -> dict[str, Any]:
    return {
        "amount": _amount(Money(dispute.amount, dispute.currency)),
        "reason": dispute.reason,
        "state": dispute.state,
        "opened_at": _at(dispute.opened_at),
        "closed_at": _at(dispute.closed_at),
    }


def _tribute(gift: Gift) -> dict[str, Any] | None:
    tribute = getattr(gift, "tribute", None)
    if tribute is None:
        return None
    return {
        "kind": tribute.kind,
        "name": tribute.honoured_name,
        "card_to": tribute.recipient_name,
        "card_to_email": tribute.recipient_email,
        "card_words": tribute.message,
    }


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        "number": receipt.number,
        "issued_at": _at(receipt.issued_at),
        "issued_to": receipt.donor_row.text.splitlines(),
        "received": _amount(receipt.total),
        "gift": _amount(receipt.eligible),
        "void_since": _at(receipt.voiding.voided_at) if receipt.is_void else None,
    }


def _mails(causes: list[str]) -> Iterator[Mail]:
    """Yield the mails of these causes, oldest first within some of them."""
    waiting = iter(causes)
    while some := list(islice(waiting, AT_ONCE)):
        yield from Mail.objects.filter(cause__in=some).order_by("created_at", "pk")


def _mail(mail: Mail) -> dict[str, Any]:
    return {
        "to": mail.recipient,
        "subject": mail.subject,
        "kind": mail.template,
        "state": mail.state,
        "written_at": _at(mail.created_at),
        "sent_at": _at(mail.sent_at),
    }
