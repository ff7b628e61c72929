"""Carts: put in, change, look. Nothing is held before payment starts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from weintl.accounts.models import User
from weintl.media.models import Picture
from weintl.money import Money
from weintl.prepared import Prepared

from .models import Cart, CartLine, Hold, ProductPicture, Variant

# The payment page takes 100 lines, one of them delivery.
LINES = 50
PIECES = 99


class NotForSale(Exception):
    """The piece is not in the shop, or none is left; `message` says so."""

    message = _("This piece is not for sale right now.")


class CartFull(Exception):
    """More different pieces than one order takes."""

    message = _("A cart takes fifty different pieces. Please order these first.")


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a cart as it stands now. `free` is how many could be bought, zero if none."""

    variant: Variant
    quantity: int
    free: int
    picture: Picture | None
    seen: int | None = None

    @property
    def price(self) -> Money:
        """Return what one costs now."""
        return self.variant.asked

    @property
    def total(self) -> Money:
        """Return what all cost now."""
        return self.variant.asked * self.quantity

    @property
    def was(self) -> Money | None:
        """Return the price that the shopper saw before, if it is another one."""
        if self.seen is None or self.seen == self.price.amount:
            return None
        return Money(self.seen, self.price.currency)

    @property
    def is_available(self) -> bool:
        """Say whether so many can be bought."""
        return self.free >= self.quantity


def find(public_id: str | None) -> Cart | None:
    """Return the cart of that id; None for none, or for what is no id."""
    try:
        return Cart.objects.filter(public_id=UUID(public_id)).first() if public_id else None
    except ValueError:
        return None


def _for_sale(sku: str, currency: str, now: datetime) -> QuerySet[Variant]:
    # Its number, price and what is free, without the names of product and workshop.
    pieces = Variant.objects.for_sale(now=now, currency=currency).filter(sku=sku)
    return pieces.select_related(None).only("price_amount", "currency").order_by()


# Half of the time that putting a piece into the cart took was spent on building it.
_piece: Prepared[Variant] = Prepared(_for_sale, sku=str, currency=str, now=datetime)


@transaction.atomic
def add_line(*, cart: Cart | None, sku: str, quantity: int, now: datetime) -> Cart:
    """Put pieces into `cart`, or into a new one, and return it.

    Never more than are free or than one line takes. Raises NotForSale, CartFull.
    """
    found = _piece.rows(sku=sku, currency=settings.BASE_CURRENCY, now=now)
    variant: Any = next(iter(found), None)
    if variant is None or variant.free < 1:
        raise NotForSale
    if cart is None:
        cart = Cart.objects.create(created_at=now, updated_at=now)
        lines = {}
    else:
        # One at a time: two clicks at once must not both insert the line.
        cart = Cart.objects.select_for_update(no_key=True).get(pk=cart.pk)
        lines = {line.variant_id: line for line in cart.lines.all()}
        cart.updated_at = now
        cart.save(update_fields=["updated_at"])
    line = lines.get(variant.pk)
    before = line.quantity if line else 0
    wanted = max(1, min(before + max(1, quantity), variant.free, PIECES))
    if line is None:
        if len(lines) >= LINES:
            raise CartFull
        cart.lines.create(variant=variant, quantity=wanted, seen_amount=variant.asked.amount)
    elif (line.quantity, line.seen_amount) != (wanted, variant.asked.amount):
        line.quantity, line.seen_amount = wanted, variant.asked.amount
        line.save(update_fields=["quantity", "seen_amount"])
    return cart


@transaction.atomic
def change(*, cart: Cart, quantities: Mapping[str, int], now: datetime) -> None:
    """Set {SKU: pieces} of lines that are there; zero or less takes the line out."""
    cart = Cart.objects.select_for_update(no_key=True).get(pk=cart.pk)
    lines = list(cart.lines.order_by("pk"))
    rows = Variant.objects.priced(now=now).filter(pk__in=[line.variant_id for line in lines])
    variants = {row.pk: row for row in rows}
    for line in lines:
        variant = variants[line.variant_id]
        quantity = quantities.get(variant.sku)
        if quantity is not None and quantity < 1:
            line.delete()
            continue
        # Whoever changes the cart has read its prices.
        after = (
            line.quantity if quantity is None else min(quantity, PIECES),
            variant.asked.amount,
        )
        if after != (line.quantity, line.seen_amount):
            line.quantity, line.seen_amount = after
            line.save(update_fields=["quantity", "seen_amount"])
    cart.updated_at = now
    cart.save(update_fields=["updated_at"])


def items(cart: Cart | None, *, now: datetime) -> list[Item]:
    """Return what is in `cart`, oldest first, at the prices of `now`, in three queries.

    Pieces that left the shop are there still, with nothing free.
    """
    if cart is None:
        return []
    rows = CartLine.objects.filter(cart=cart).order_by("pk")
    lines = {row.variant_id: (row.quantity, row.seen_amount) for row in rows}
    return _items(lines, own=_held_for(cart), now=now)


def as_in_a_cart(quantities: Mapping[int, int], *, now: datetime) -> list[Item]:
    """Return {variant id: pieces} in their order as `items` of a cart, in two queries.

    What is no variant is left out.
    """
    lines = {pk: (quantity, None) for pk, quantity in quantities.items()}
    return _items(lines, own=Value(0), now=now)


def _items(lines: Mapping[int, tuple[int, int | None]], *, own: Any, now: datetime) -> list[Item]:
    # The template asks each picture's consent itself.
    pictures = ProductPicture.objects.select_related("picture__consent").order_by("position", "pk")
    variants = (
        Variant.objects.with_free(now=now)
        .annotate(own=own)
        .filter(pk__in=lines)
        .prefetch_related(Prefetch("product__pictures", pictures))
    )
    found = {variant.pk: variant for variant in variants}
    return [
        Item(
            variant=found[pk],
            quantity=quantity,
            free=max(0, found[pk].free + found[pk].own) if found[pk].is_for_sale else 0,
            picture=found[pk].product.front,
            seen=seen,
        )
        for pk, (quantity, seen) in lines.items()
        if pk in found
    ]


def _held_for(cart: Cart) -> Coalesce:
    """Count pieces that an unpaid order of this very cart holds: they are let go for the next.

    Without them who comes back from the payment page would find their own piece sold.
    """
    holds = Hold.objects.filter(
        order__cart=cart, variant=OuterRef("pk"), state=Hold.State.ACTIVE
    ).order_by()
    sums = holds.values("variant").annotate(pieces=Sum("quantity")).values("pieces")
    return Coalesce(Subquery(sums), 0)


def count(cart: Cart | None) -> int:
    """Return how many pieces are in `cart`."""
    if cart is None:
        return 0
    return sum(CartLine.objects.filter(cart=cart).values_list("quantity", flat=True))


def take_out(*, cart_id: int | None, variant_ids: list[int]) -> None:
    """Take what has been paid out of the cart that it came from."""
    if cart_id is not None:
        CartLine.objects.filter(cart_id=cart_id, variant_id__in=variant_ids).delete()


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of which less came along than was in both carts."""

    variant: Variant
    wanted: int
    kept: int


def take_along(*, cart: Cart | None, user: User, now: datetime) -> tuple[Cart | None, list[Cut]]:
    """Let a guest's cart join that of `user`, and return the one cart and what was cut.

    Quantities add up within what is free and what a line takes; a cart holds LINES lines. Unpaid
    orders of the guest's cart go along. Sent twice, or from two devices at once, nothing doubles.
    """
    with transaction.atomic():
        # One sign-in of a person at a time.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        own = Cart.objects.filter(customer=user).first()
        if cart is not None:
            cart = Cart.objects.select_for_update(no_key=True).filter(pk=cart.pk).first()
        if cart is None or cart == own:
            return own, []
        if cart.customer_id is not None:
            # Somebody else's: it stays with them.
            return own, []
        if own is None:
            cart.customer = user
            cart.save(update_fields=["customer"])
            return cart, []
        cuts = _join(cart, own, now=now)
        # Paid or not, what was ordered belongs to the one cart that is left.
        cart.orders.update(cart=own)
        cart.delete()
        own.updated_at = now
        own.save(update_fields=["updated_at"])
    return own, cuts


def _join(guest: Cart, own: Cart, *, now: datetime) -> list[Cut]:
    """Move the lines of `guest` into `own`; return what was cut."""
    lines = {line.variant_id: line for line in own.lines.order_by("pk")}
    coming = list(guest.lines.order_by("pk"))
    found = {
        variant.pk: variant
        for variant in Variant.objects.with_free(now=now)
        .annotate(own=_held_for(own))
        .filter(pk__in=[line.variant_id for line in coming])
    }
    cuts = []
    for line in coming:
        variant, there = found[line.variant_id], lines.get(line.variant_id)
        wanted = line.quantity + (there.quantity if there else 0)
        free = max(0, variant.free + variant.own) if variant.is_for_sale else 0
        kept = min(wanted, max(free, there.quantity if there else 0), PIECES)
        if there is None and len(lines) >= LINES:
            kept = 0
        if kept < wanted:
            cuts.append(Cut(variant, wanted, kept))
        if there is not None:
            there.quantity = kept
            there.save(update_fields=["quantity"])
        elif kept:
            made = own.lines.create(variant=variant, quantity=kept, seen_amount=line.seen_amount)
            lines[line.variant_id] = made
    return cuts


def of_customer(user: User) -> Cart | None:
    """Return the cart of an account, None before it has one."""
    return Cart.objects.filter(customer=user).first()
