"""Vouchers: whether one applies, and its uses, which no race takes beyond their limit.

A pending order holds a use; it is given back when the order is not paid. The counter on the
voucher is changed under its lock, which is taken after the order's and before the stock's.
"""

import hashlib
import unicodedata
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from weintl.money.formatting import format_money

from .models import Cart, Order, Voucher, VoucherUse
from .pricing import Discount

LIVE = (VoucherUse.State.HELD, VoucherUse.State.USED)
# Mailboxes in which dots mean nothing. Source: support.google.com/mail/answer/7436150.
WITHOUT_DOTS = frozenset({"gmail.com", "googlemail.com"})


class NotApplicable(Exception):
    """The voucher does not apply; `message` says why to the shopper."""

    def __init__(self, message: str) -> None:
        """Keep the sentence."""
        super().__init__(message)
        self.message = message


def customer_of(email: str) -> str:
    """Return a digest that is the same for all spellings of one mailbox."""
    name, _at, host = unicodedata.normalize("NFKC", email).strip().casefold().rpartition("@")
    name = name.partition("+")[0]
    if host in WITHOUT_DOTS:
        name, host = name.replace(".", ""), "gmail.com"
    return hashlib.sha256(f"{name}@{host}".encode()).hexdigest()


def find(
    code: str, *, goods: int, email: str = "", cart: Cart | None = None, now: datetime
) -> Voucher:
    """Return the voucher of that code if it applies to pieces of `goods` minor units.

    What unpaid orders of this very cart hold counts as free: they are let go for the next.
    Two queries. Raises NotApplicable.
    """
    voucher = Voucher.objects.named(code).filter(currency=settings.BASE_CURRENCY).first()
    if voucher is None:
        raise NotApplicable(_("There is no voucher “%s”.") % code)
    check(voucher, goods=goods, now=now)
    uses = VoucherUse.objects.filter(voucher=voucher, state__in=LIVE)
    if cart is not None:
        own = uses.filter(order__cart=cart, order__state=Order.State.AWAITING_PAYMENT)
        customers = {use.customer for use in own}
        voucher.uses -= len(own)
    else:
        customers = set()
    _check_limits(voucher, email, uses, own=customers)
    return voucher


def check(voucher: Voucher, *, goods: int, now: datetime) -> None:
    """Hold a voucher against time and value. Raises NotApplicable."""
    start, end = voucher.effective.lower, voucher.effective.upper
    if start is not None and now < start:
        raise NotApplicable(_("This voucher begins on %s.") % _day(start))
    if end is not None and now >= end:
        raise NotApplicable(_("This voucher ended on %s.") % _day(end))
    if goods < voucher.minimum_amount:
        words = _("This voucher is for pieces worth %s or more.")
        raise NotApplicable(words % format_money(voucher.minimum))


def _check_limits(voucher: Voucher, email: str, uses: Any, *, own: set[str]) -> None:
    if voucher.total_uses is not None and voucher.uses >= voucher.total_uses:
        raise NotApplicable(_("This voucher is used up."))
    if not voucher.is_once_per_customer or not email:
        return
    customer = customer_of(email)
    if customer not in own and uses.filter(customer=customer).exists():
        raise NotApplicable(_("This voucher was used with your e-mail address before."))


def _day(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "DATE_FORMAT")


def discount_of(voucher: Voucher) -> Discount:
    """Return what a voucher takes off."""
    return Discount(
        ppm=voucher.rate_ppm,
        amount=voucher.amount,
        is_delivery_free=voucher.kind == Voucher.Kind.FREE_SHIPPING,
    )


def take(voucher: Voucher, *, order: Order, now: datetime) -> VoucherUse:
    """Let a new order hold a use, in the caller's transaction.

    Raises NotApplicable where others were faster.
    """
    locked = Voucher.objects.select_for_update(no_key=True).get(pk=voucher.pk)
    uses = VoucherUse.objects.filter(voucher=locked, state__in=LIVE)
    _check_limits(locked, order.email, uses, own=set())
    Voucher.objects.filter(pk=locked.pk).update(uses=F("uses") + 1)
    return VoucherUse.objects.create(
        voucher=locked,
        order=order,
        customer=customer_of(order.email) if locked.is_once_per_customer else "",
        taken_at=now,
    )


def _of(order: Order) -> VoucherUse | None:
    """Return the order's use, its voucher locked."""
    use = VoucherUse.objects.filter(order=order).first()
    if use is not None:
        Voucher.objects.select_for_update(no_key=True).get(pk=use.voucher_id)
        use.refresh_from_db()
    return use


def release(*, order: Order, is_undone: bool = False) -> None:
    """Give back what a locked order holds; what was used only if all of the order is undone."""
    use = _of(order)
    if use is None or use.state not in (LIVE if is_undone else (VoucherUse.State.HELD,)):
        return
    use.state = VoucherUse.State.RELEASED
    use.save(update_fields=["state"])
    Voucher.objects.filter(pk=use.voucher_id).update(uses=F("uses") - 1)


def settle(*, order: Order) -> None:
    """Count the use of a locked order that was paid; late, only if one is left.

    The buyer has paid the price that was shown, so it is never refused here.
    """
    use = _of(order)
    if use is None or use.state in (VoucherUse.State.USED, VoucherUse.State.LATE):
        return
    if use.state == VoucherUse.State.RELEASED:
        voucher = Voucher.objects.get(pk=use.voucher_id)
        others = VoucherUse.objects.filter(
            voucher=voucher, state__in=LIVE, customer=use.customer
        ).exclude(customer="")
        is_full = voucher.total_uses is not None and voucher.uses >= voucher.total_uses
        if is_full or others.exists():
            use.state = VoucherUse.State.LATE
            use.save(update_fields=["state"])
            return
        Voucher.objects.filter(pk=use.voucher_id).update(uses=F("uses") + 1)
    use.state = VoucherUse.State.USED
    use.save(update_fields=["state"])
