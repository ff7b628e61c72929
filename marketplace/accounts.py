"""What a signed-in customer has: orders, wishes for a mail, the language of mails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from weintl.accounts.addresses import confirmed
from weintl.accounts.models import User
from weintl.media.models import Picture

from .models import Order, OrderLine, ProductPicture, StockAlert

A_PAGE = 10
S = Order.State
# What an order's state means for its buyer.
WORDS: Mapping[str, Any] = {
    S.AWAITING_PAYMENT: _("Not paid yet"),
    S.PAID: _("Paid; we are packing it"),
    S.PARTLY_SENT: _("Part of it is on its way"),
    S.SENT: _("On its way to you"),
    S.DELIVERED: _("Arrived"),
    S.CANCELLED: _("Cancelled"),
    S.EXPIRED: _("Not paid"),
    S.UNFILLABLE: _("Sold before you paid; your money goes back"),
}
GOOD = frozenset({S.PAID, S.SENT, S.DELIVERED})


@dataclass(frozen=True, slots=True)
class Card:
    """An order as the list shows it: one picture, what is in it, how it stands."""

    order: Order
    pieces: Sequence[OrderLine]
    picture: Picture | None

    @property
    def state(self) -> str:
        """Return how it stands, in plain words."""
        return str(WORDS[self.order.state])

    @property
    def is_good(self) -> bool:
        """Say whether nothing is wrong with it."""
        return self.order.state in GOOD


def orders_of(user: Any) -> QuerySet[Order]:
    """Return the orders of an account, newest first; payment pages left unpaid are none."""
    return (
        Order.objects.filter(customer=user).exclude(state=S.EXPIRED).order_by("-placed_at", "-pk")
    )


def join_orders(*, user: Any) -> int:
    """Take what a guest ordered with a confirmed address of `user` into the account.

    Returns how many. Only an address that was confirmed counts: everybody can type one.
    """
    emails = confirmed(user)
    guests = Order.objects.filter(written_to(emails), customer=None, erase_asked_at=None)
    return guests.update(customer=user) if emails else 0


def written_to(emails: Sequence[str], *, field: str = "email") -> Q:
    """Return the condition of being one of these addresses, in any case; none for none."""
    found = Q(pk__in=[])
    for email in emails:
        found |= Q(**{f"{field}__iexact": email})
    return found


def cards(orders: QuerySet[Order], *, now: datetime) -> list[Card]:
    """Return orders with pieces and pictures, in three queries for any number of them."""
    pictures = Prefetch(
        "variant__product__pictures", ProductPicture.objects.public(now=now), to_attr="shown"
    )
    lines = (
        OrderLine.objects.select_related("variant__product")
        .prefetch_related(pictures)
        .order_by("position", "pk")
    )
    found = orders.prefetch_related(Prefetch("lines", lines))
    return [_card(order) for order in found]


def _card(order: Order) -> Card:
    pieces = list(order.lines.all())
    pictures = (each.picture for line in pieces for each in _shown(line))
    return Card(order, pieces, next(pictures, None))


def _shown(line: OrderLine) -> list[ProductPicture]:
    return line.variant.product.shown  # type: ignore[attr-defined,no-any-return]


def alerts_of(user: Any) -> QuerySet[StockAlert]:
    """Return the pieces that confirmed addresses of `user` wait for, the newest first."""
    wishes = StockAlert.objects.filter(written_to(confirmed(user)))
    return wishes.select_related("variant__product").order_by("-created_at", "-pk")


@transaction.atomic
def change_details(*, user: User, first_name: str, last_name: str, language: str) -> None:
    """Keep name and language of mails; what is on its way is told in that language too."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    user.first_name, user.last_name, user.language = first_name, last_name, language
    user.save(update_fields=["first_name", "last_name", "language"])
    Order.objects.filter(customer=user).exclude(language=language).update(language=language)
    alerts_of(user).select_related(None).order_by().update(language=language)
