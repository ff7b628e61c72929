"""Orders that staff enter: sold at a fair, by telephone, elsewhere. Rules: docs/staff/counter.md.

Prices, taxes, vouchers, holds and books are those of the online shop (checkout.py, offers.py,
settlement.py). What differs is who agrees to what: staff may give a discount with a reason, hand
pieces over at once, and take cash, a bank transfer, or send a link to the provider's page.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from partners import splits
from weintl.money import Money
from weintl.money.formatting import format_money
from weintl.payments import offline, sessions
from weintl.payments.models import OFFLINE, Payment, Way

from . import cart as carts
from . import checkout, offers
from .checkout import Refused
from .models import Channel, Order
from .offers import Details, Extras, Offer, Shown, Terms, Wanted
from .pricing import Quote

logger = logging.getLogger(__name__)

# A link's page closes before the provider would forget its key: weintl.payments.sessions.
LINK_LIFETIME = timedelta(hours=23)
# What waits for a bank transfer is held so many days, unless staff say otherwise.
HELD_DAYS = 7
MOST_HELD_DAYS = 60
# Cash comes with the order; its hold is converted in the same transaction.
AT_ONCE = timedelta(hours=1)


class TooMuchOff(Refused):
    """With this discount less than the makers' pay would be left; `message` says the most."""

    def __init__(self, message: str) -> None:
        """Keep the sentence."""
        super().__init__(message)
        self.message = message


class NotAgreed(Refused):
    """What was said does not fit together; `message` says why."""

    def __init__(self, message: Any) -> None:
        """Keep the sentence."""
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True)
class Sale:
    """What staff say of a sale: `lines` are {variant id: pieces}, `off` is in minor units.

    `way` is a `Way`: the provider's stands for a link that is mailed. `details` names the place
    of sale where pieces are handed over: its country, and the region where taxes need it.
    """

    channel: str
    way: str
    lines: Mapping[int, int]
    details: Details
    is_handed_over: bool = False
    off: int = 0
    off_reason: str = ""
    voucher: str = ""
    language: str = "en"
    held_days: int = HELD_DAYS
    reference: str = ""

    @property
    def wanted(self) -> Wanted:
        """Return what its price depends on besides its pieces."""
        terms = Terms(self.is_handed_over, self.off, is_by_card=self.way == Way.PROVIDER)
        details = self.details
        extras = Extras(voucher=self.voucher)
        return Wanted(details.country, details.region, details.email, extras, terms)


def foresee(sale: Sale, *, now: datetime) -> Offer:
    """Return what the sale comes to now, all of it as listed; nothing is written."""
    items = carts.as_in_a_cart(sale.lines, now=now)
    return offers.offer_of(items, now=now, wanted=sale.wanted)


def check(sale: Sale, found: Offer, *, now: datetime) -> Quote:
    """Return the price of what `foresee` found, if staff may sell it so.

    Raises Refused: CannotSend, Unavailable, TooLittle, TooMuchOff, NotAgreed.
    """
    _check_words(sale, found)
    if found.problem:
        raise checkout.CannotSend(found.problem)
    if found.voucher_problem:
        raise NotAgreed(found.voucher_problem)
    if found.quote is None:
        raise checkout.Unavailable
    _check_makers(sale, found, found.quote, now=now)
    least = sessions.least_charge(found.quote.currency).amount if sale.way == Way.PROVIDER else 1
    if found.quote.total < least:
        raise checkout.TooLittle
    return found.quote


def _check_words(sale: Sale, found: Offer) -> None:
    """Refuse a sale of which something is missing that the form asks for."""
    if not found.items:
        raise NotAgreed(_("Choose a piece to sell."))
    if sale.channel == Channel.WEB or sale.channel not in Channel.values:
        raise NotAgreed(_("Say where it was sold."))
    if sale.way == Way.PROVIDER and not sale.details.email:
        raise NotAgreed(_("Enter the e-mail address to which the payment link goes."))
    if bool(sale.off) != bool(sale.off_reason):
        raise NotAgreed(_("A discount needs its reason, and a reason its discount."))
    if not sale.is_handed_over and not (sale.details.name and sale.details.street):
        raise NotAgreed(_("Enter name and address: the pieces are to be sent."))
    if not 1 <= sale.held_days <= MOST_HELD_DAYS:
        raise NotAgreed(_("Pieces are held from one day to %d.") % MOST_HELD_DAYS)
    voucher = found.voucher
    if voucher is not None and voucher.is_once_per_customer and not sale.details.email:
        raise NotAgreed(_("This voucher is for one use a customer: enter their e-mail address."))


def _check_makers(sale: Sale, found: Offer, quote: Quote, *, now: datetime) -> None:
    """Refuse a discount that would leave less of a line than its makers get. Raises TooMuchOff."""
    if not sale.off:
        return
    rules = checkout.rules_of(found.items, currency=quote.currency, now=now)
    for item, line in zip(found.items, quote.lines, strict=True):
        pay = splits.terms(rules[item.variant.product.pk]).maker_pay * line.quantity
        if line.net < pay:
            words = _(
                "%(piece)s: %(left)s would be left, and the makers get %(pay)s. Give less off."
            )
            raise TooMuchOff(
                words
                % {
                    "piece": item.variant.title,
                    "left": format_money(Money(max(0, line.net), quote.currency)),
                    "pay": format_money(Money(pay, quote.currency)),
                }
            )


def placed(key: str) -> Order | None:
    """Return the order that this submission has made already."""
    orders = Order.objects.exclude(channel=Channel.WEB).select_related("payment")
    return orders.filter(submission_key=key).first()


def place(sale: Sale, *, shown: Shown, actor: Any, now: datetime) -> Order:
    """Enter a sale and return its order, in one transaction; what is paid in cash is paid.

    The same `shown.key` returns the same order. A link is opened afterwards, by
    `links.send`. Raises Refused as `check` does, checkout.Changed, checkout.Gone,
    stock.SoldOut, stock.Busy; nothing is written then.
    """
    known = placed(shown.key)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            order = _place(sale, shown=shown, actor=actor, now=now)
    except IntegrityError:
        # Two clicks at once: the second waited for the first, which has placed it.
        known = placed(shown.key)
        if known is None:
            raise
        return known
    logger.info("order.entered", extra={"order": order.pk, "channel": order.channel})
    order.refresh_from_db()
    return order


def _place(sale: Sale, *, shown: Shown, actor: Any, now: datetime) -> Order:
    found = foresee(sale, now=now)
    check(sale, found, now=now)
    quote = checkout.agreed(found, shown=shown, now=now)
    order = checkout.draft(
        found,
        quote,
        details=sale.details,
        key=shown.key,
        language=sale.language,
        now=now,
        channel=sale.channel,
        entered_by=actor,
        is_handed_over=sale.is_handed_over,
        staff_discount_amount=sale.off,
        staff_discount_reason=sale.off_reason,
    )
    order.payment = _payment(order, sale, quote, now=now)
    checkout.store(order, found, held_until=_held_until(sale, now=now), now=now)
    if sale.way == Way.CASH:
        offline.receive(
            payment_id=order.payment.pk,
            amount=order.payment.money,
            reference=sale.reference or order.number,
            day=localdate(now),
            actor=actor,
            now=now,
        )
    return order


def _payment(order: Order, sale: Sale, quote: Quote, *, now: datetime) -> Payment:
    about: dict[str, Any] = {
        "purpose": "order",
        "reference": order.number,
        "amount": quote.money("total"),
        "email": order.email,
        "language": order.language,
        "now": now,
    }
    if sale.way in OFFLINE:
        return offline.create_payment(way=sale.way, **about)
    return sessions.create_payment(closes_at=now + LINK_LIFETIME, **about)


def _held_until(sale: Sale, *, now: datetime) -> datetime:
    if sale.way == Way.CASH:
        return now + AT_ONCE
    if sale.way == Way.BANK:
        return now + timedelta(days=sale.held_days)
    return now + LINK_LIFETIME + settings.HOLD_GRACE
