"""A gift from the form to the thank-you mail."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from partners.postings import GiftPart
from weintl.mail import outbox
from weintl.mail.models import Mail
from weintl.money import Money
from weintl.payments import sessions
from weintl.payments.models import Payment
from weintl.payments.sessions import CheckoutLine
from weintl.web import absolute

from . import donors, fees, plans, tributes
from .models import Campaign, Fund, Gift, GiftRefund

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Extras:
    """What a donor may say beyond amount, fund and address; all of it may be left out.

    `organisation_name` makes it the gift of a body.
    """

    organisation_name: str = ""
    is_anonymous: bool = False
    note: str = ""
    tribute: tributes.Wish | None = None


STATE = Gift.State
UNPAID = frozenset({STATE.AWAITING_PAYMENT, STATE.FAILED, STATE.EXPIRED})


class FormUsed(Exception):
    """A form was sent before with something else in it; `message` says what to do."""

    message = gettext_lazy(
        "This form was sent before with something else in it. Look at it once more and send it"
        " again."
    )


def start(
    *,
    email: str,
    name: str,
    fund: Fund,
    amount: Money,
    is_fee_covered: bool,
    language: str,
    submission_key: str,
    now: datetime,
    extras: Extras = Extras(),
    campaign: Campaign | None = None,
    interval: str = "",
) -> Gift:
    """Write a gift with its payment and return it; no page is open yet.

    With an `interval` (month, year) it is the first of a plan. The same form sent twice (same
    `submission_key` and content) is one gift. Raises FormUsed for the same form with another
    amount, fund, address, extra or campaign: each showing is good for one.
    """
    email = email.lower()
    fee_cover = fees.cover(amount) if is_fee_covered else Money.zero(amount.currency)
    form = _once(submission_key)
    what = (fund.pk, campaign.pk if campaign else 0, amount.amount, fee_cover.amount)
    key = _once(submission_key, email, name, *what, extras, interval)
    organisation = extras.organisation_name
    try:
        with transaction.atomic():
            donor = donors.known_or_new(email=email, name=name, language=language, now=now)
            gift = Gift(
                donor=donor,
                donor_name=name,
                giver=Gift.Giver.ORGANISATION if organisation else Gift.Giver.PERSON,
                organisation_name=organisation,
                is_anonymous=extras.is_anonymous,
                note=extras.note,
                fund=fund,
                campaign=campaign,
                amount=amount.amount,
                fee_cover_amount=fee_cover.amount,
                currency=amount.currency,
                language=language,
                submission_key=key,
                form_digest=form,
                created_at=now,
            )
            if interval:
                gift.plan = plans.begin(
                    donor=donor,
                    fund=fund,
                    amount=amount,
                    fee_cover=fee_cover,
                    interval=interval,
                    now=now,
                )
            gift.payment = sessions.create_payment(
                purpose="gift",
                reference=str(gift.public_id),
                amount=gift.total,
                email=email,
                language=language,
                subscription=gift.plan.subscription if gift.plan else None,
                now=now,
            )
            gift.save(force_insert=True)
            if extras.tribute:
                tributes.keep(extras.tribute, gift=gift)
    except IntegrityError:
        # The other request with this form was faster; anything else is not found and raises.
        kept = Gift.objects.filter(submission_key=key).select_related("payment").first()
        if kept is None:
            if Gift.objects.filter(form_digest=form).exists():
                raise FormUsed from None
            raise
        return kept
    logger.info("gift.started", extra={"gift": gift.pk})
    return gift


def _once(*words: object) -> str:
    return hashlib.sha256("\x1f".join(str(word) for word in words).encode()).hexdigest()


def open_page(*, gift: Gift, now: datetime) -> str:
    """Return the address of the page where `gift` is paid.

    Call it outside any transaction. Raises what sessions.open_checkout raises.
    """
    assert gift.payment is not None
    with override(gift.language):
        what = {"fund": gift.fund.name}
        if gift.plan is not None:
            # One line, so that its amount can be changed as a whole.
            words = {**what, "often": plans.words_of(gift.plan.interval)}
            name = _("Gift %(often)s: %(fund)s") % words
            lines = [CheckoutLine(name, gift.total.amount, 1)]
        else:
            lines = [CheckoutLine(_("Gift: %(fund)s") % what, gift.amount, 1)]
            if gift.fee_cover_amount:
                lines.append(CheckoutLine(_("Card fee that you cover"), gift.fee_cover_amount, 1))
        return sessions.open_checkout(
            payment=gift.payment,
            lines=lines,
            success_path=reverse("donations:thanks", args=[gift.token]),
            cancel_path=gift.get_again_url(),
            submit_type="donate",
            now=now,
        )


def add_to_order(
    *,
    email: str,
    name: str,
    fund: Fund,
    amount: Money,
    language: str,
    submission_key: str,
    now: datetime,
) -> Gift:
    """Write a gift that is paid together with an order, in the caller's transaction.

    It has no payment until the order is paid, and covers no fee: the shop bears the order's.
    """
    donor = donors.known_or_new(email=email, name=name, language=language, now=now)
    return Gift.objects.create(
        donor=donor,
        donor_name=name[:120],
        fund=fund,
        amount=amount.amount,
        currency=amount.currency,
        language=language,
        submission_key=submission_key,
        created_at=now,
    )


def mail_go_on(*, gift: Gift, word: str, now: datetime) -> Mail:
    """Queue the mail with the link that leads on to the payment page, once a gift."""
    with override(gift.language):
        context = {
            "name": gift.donor_name,
            "total": as_json(gift.total),
            "fund": gift.fund.name,
            "url": absolute(reverse("donations:go_on", args=[word])),
        }
    return outbox.queue(
        key=f"gift/{gift.public_id}/go-on",
        template="donations/go_on",
        to=gift.donor.email,
        language=gift.language,
        context=context,
        cause=f"gift:{gift.pk}",
        now=now,
    )


def part_of_order(gift: Gift) -> GiftPart:
    """Return what the books need of a gift that is paid together with an order."""
    return GiftPart(
        amount=gift.amount,
        fee_cover=gift.fee_cover_amount,
        fund=gift.fund.account(gift.currency),
    )


def receive(*, gift: Gift, payment: Payment, now: datetime) -> Gift:
    """Take in that `gift` was paid with `payment`, and thank for it. The caller has posted it.

    For a gift's own payment and for one that came with an order; safe to repeat. Also late,
    after the page had closed. `now` is when the provider took the money.
    """
    gift = Gift.objects.select_for_update(no_key=True, of=("self",)).get(pk=gift.pk)
    if gift.state not in UNPAID:
        return gift
    gift.state = STATE.RECEIVED
    gift.payment = payment
    gift.received_at = now
    gift.save(update_fields=["state", "payment", "received_at"])
    thank(gift=gift, key=f"gift/{gift.public_id}/thanks", now=now)
    tributes.send_card(gift=gift, now=now)
    logger.info("gift.received", extra={"gift": gift.pk})
    return gift


def close_unpaid(*, gift: Gift, state: str) -> None:
    """Write down that the gift's payment failed or its page closed; a paid gift is left alone."""
    Gift.objects.filter(pk=gift.pk, state__in=UNPAID).update(state=state)


def thank(*, gift: Gift, key: str, now: datetime) -> Mail | None:
    """Queue the thank-you mail of a received gift under `key`, with the link to its page.

    None to a donor who was erased.
    """
    assert gift.received_at is not None
    if gift.donor.erased_at is not None:
        return None
    with override(gift.language):
        context = {
            "name": gift.donor_name,
            "fund": gift.fund.name,
            "amount": as_json(gift.money),
            "fee_cover": as_json(gift.fee_cover) if gift.fee_cover else None,
            "total": as_json(gift.total),
            "day": plans.day_of(gift.received_at),
            "number": gift.number,
            "url": absolute(gift.get_absolute_url()),
            "giving_url": absolute(reverse("donations:way_in")),
        }
    return outbox.queue(
        key=key,
        template="donations/gift_thanks",
        to=gift.donor.email,
        language=gift.language,
        context=context,
        cause=f"gift:{gift.pk}",
        now=now,
    )


def thank_again(*, gift: Gift, now: datetime) -> Mail | None:
    """Queue the thank-you mail once more, at most once a day, to the donor's own address."""
    return thank(gift=gift, key=f"gift/{gift.public_id}/thanks/{now:%Y-%m-%d}", now=now)


def tell_of_refund(*, part: GiftRefund, now: datetime) -> Mail | None:
    """Queue the mail that says what went back; none to a donor who was erased."""
    gift = part.gift
    return tell(
        gift=gift,
        key=f"gift/{gift.public_id}/refund/{part.refund_id}",
        template="donations/gift_refunded",
        now=now,
        refunded=as_json(part.total),
        is_by_hand=gift.way != Gift.Way.ONLINE,
        is_whole=gift.state == STATE.REFUNDED,
        total=as_json(gift.total),
    )


def tell_of_return(*, part: GiftRefund, now: datetime) -> Mail | None:
    """Queue the mail that says that a refund came back to us; none to who was erased."""
    return tell(
        gift=part.gift,
        key=f"gift/{part.gift.public_id}/refund/{part.refund_id}/failed",
        template="donations/refund_failed",
        now=now,
        returned=as_json(part.total),
    )


def tell(*, gift: Gift, key: str, template: str, now: datetime, **more: Any) -> Mail | None:
    """Queue a mail about `gift` to its donor, unless erased: what all have, and `more`."""
    if gift.donor.erased_at is not None:
        return None
    with override(gift.language):
        context = {
            "name": gift.donor_name,
            "fund": gift.fund.name,
            "number": gift.number,
            "url": absolute(gift.get_absolute_url()),
            **more,
        }
    return outbox.queue(
        key=key,
        template=template,
        to=gift.donor.email,
        language=gift.language,
        context=context,
        cause=f"gift:{gift.pk}",
        now=now,
    )


def as_json(value: Money) -> dict[str, int | str]:
    """Return money as mails keep it."""
    return {"amount": value.amount, "currency": value.currency}
