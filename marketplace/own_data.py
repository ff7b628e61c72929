"""All that is kept about a customer, for the customer: plain names, no links of anybody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from donations.models import Gift
from weintl.accounts.addresses import confirmed
from weintl.mail.models import Mail
from weintl.money import Money

from . import accounts, address_book
from .models import CartLine, Order, OrderLine, Unit


def of(*, user: Any, cart_id: int | None, now: datetime) -> dict[str, Any]:
    """Return what is kept about `user` as JSON's own types; amounts as decimal text.

    A fixed number of queries. Names no token: whoever reads the file opens no page with it.
    """
    emails = confirmed(user)
    orders = _orders(user)
    return {
        "made_at": now.isoformat(),
        "details": {
            "email": user.email,
            "confirmed_emails": emails,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "language_of_mails": user.language,
            "account_since": user.date_joined.isoformat(),
            "last_sign_in": _at(user.last_login),
        },
        "addresses": [
            {"label": each.label, "is_used_first": each.is_default, **address_book.place_of(each)}
            for each in address_book.of(user)
        ],
        "orders": [_order(order) for order in orders],
        "gifts": _gifts(emails),
        "wishes_for_a_mail": [
            {
                "piece": alert.variant.title,
                "email": alert.email,
                "asked_at": _at(alert.created_at),
                "confirmed_at": _at(alert.confirmed_at),
                "told_at": _at(alert.told_at),
            }
            for alert in accounts.alerts_of(user)
        ],
        "cart": _cart(cart_id),
        "mails": _mails(emails, orders),
    }


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _amount(money: Money) -> dict[str, Any]:
    return {"minor_units": money.amount, "currency": money.currency.upper()}


def _orders(user: Any) -> list[Order]:
    lines = Prefetch("lines", OrderLine.objects.order_by("position", "pk"))
    units = Prefetch("lines__units", Unit.objects.order_by("position", "pk"))
    found = Order.objects.filter(customer=user).select_related("payment")
    found = found.prefetch_related(
        lines, units, "taxes", "invoices", "shipments", "return_requests"
    )
    return list(found.order_by("-placed_at", "-pk"))


def _order(order: Order) -> dict[str, Any]:
    return {
        "number": order.number,
        "state": order.state,
        "placed_at": _at(order.placed_at),
        "paid_at": _at(order.paid_at),
        "email": order.email,
        "language": order.language,
        "address": {name: str(getattr(order, name)) for name in address_book.PLACE},
        "words_for_the_card": order.message,
        "no_prices_in_the_parcel": order.hides_prices,
        "lines": [
            {
                "piece": line.product_name,
                "quantity": line.quantity,
                "price": _amount(line.unit_price),
                "states": [unit.state for unit in line.units.all()],
            }
            for line in order.lines.all()
        ],
        "goods": _amount(order.goods),
        "discount": _amount(order.discount),
        "delivery": _amount(order.shipping),
        "taxes": [{"name": tax.name, "amount": _amount(tax.money)} for tax in order.taxes.all()],
        "gift_added": _amount(order.gift_money),
        "total": _amount(order.total),
        "given_back": _amount(
            Money(order.payment.refunded_amount if order.payment else 0, order.currency)
        ),
        "invoices": sorted(invoice.number for invoice in order.invoices.all()),
        "returns": [
            {
                "asked_at": _at(each.asked_at),
                "state": each.state,
                "reason": each.reason,
                "words": each.words,
                "our_answer": each.answer,
            }
            for each in order.return_requests.all()
        ],
        "tracking_numbers": sorted(
            each.tracking_number for each in order.shipments.all() if each.tracking_number
        ),
    }


def _gifts(emails: Sequence[str]) -> list[dict[str, Any]]:
    theirs = accounts.written_to(emails, field="donor__email")
    found = Gift.objects.filter(theirs).select_related("fund", "donor")
    return [
        {
            "fund": gift.fund.name,
            "name_given": gift.donor_name,
            "email": gift.donor.email,
            "state": gift.state,
            "amount": _amount(gift.money),
            "given_back": _amount(gift.refunded),
            "made_at": _at(gift.created_at),
            "received_at": _at(gift.received_at),
        }
        for gift in found.order_by("-created_at", "-pk")
    ]


def _cart(cart_id: int | None) -> list[dict[str, Any]]:
    if cart_id is None:
        return []
    lines = CartLine.objects.filter(cart_id=cart_id).select_related("variant__product")
    return [
        {"piece": line.variant.title, "quantity": line.quantity} for line in lines.order_by("pk")
    ]


def _mails(emails: Sequence[str], orders: Sequence[Order]) -> list[dict[str, Any]]:
    theirs = Mail.objects.filter(accounts.written_to(emails, field="recipient"))
    causes = [f"order:{order.pk}" for order in orders]
    own = {order.email.lower() for order in orders}
    # Of an order's mails those to whoever ordered: a copy may have gone to others.
    about = [row for row in Mail.objects.filter(cause__in=causes) if row.recipient.lower() in own]
    rows = {row.pk: row for row in [*theirs, *about]}
    return [
        {
            "to": row.recipient,
            "subject": row.subject,
            "kind": row.template,
            "state": row.state,
            "written_at": _at(row.created_at),
            "sent_at": _at(row.sent_at),
        }
        for _pk, row in sorted(rows.items(), reverse=True)
    ]
