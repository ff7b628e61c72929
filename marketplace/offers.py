"""What a cart costs where it is wanted, and the word by which a form remembers what it showed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core import signing
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donations.models import Fund
from weintl.money import Money
from weintl.money.formatting import format_money
from weintl.organisation.models import Organisation
from weintl.payments import sessions

from . import cart as carts
from . import discounts, estimates, pricing, serving, shipping, taxes
from .cart import Item
from .estimates import Arrival
from .models import Cart, TaxRule, Voucher
from .pricing import Discount, Quote
from .serving import Parcel

# The components of a total that may change without a piece's price doing so.
NAMES: Mapping[str, Any] = {
    "discount": gettext_lazy("Discount"),
    "shipping": gettext_lazy("Delivery"),
    "tax": gettext_lazy("Tax"),
    "gift": gettext_lazy("Gift"),
}
SALT = "marketplace.checkout"
# A form left open longer than this is shown again before anything is ordered.
SHOWN_FOR = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Details:
    """Who buys, and where the parcel goes."""

    email: str
    name: str
    street: str
    city: str
    country: str
    street_extra: str = ""
    district: str = ""
    region: str = ""
    postcode: str = ""
    hides_prices: bool = False
    message: str = ""


@dataclass(frozen=True, slots=True)
class Extras:
    """What a shopper adds to an order: a voucher's code, a gift in minor units and its fund."""

    voucher: str = ""
    gift: int = 0
    gift_fund: str = ""


NO_EXTRAS = Extras()


@dataclass(frozen=True, slots=True)
class Terms:
    """What staff agree with a buyer; by default the online shop's own.

    `off` is a discount in minor units beside any voucher. Handed over, pieces need no parcel,
    and the place of sale says the taxes. `is_by_card`: a card refuses very small amounts.
    """

    is_handed_over: bool = False
    off: int = 0
    is_by_card: bool = True


ONLINE = Terms()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the price of a cart depends on besides its pieces; without a country our own."""

    country: str = ""
    region: str = ""
    email: str = ""
    extras: Extras = NO_EXTRAS
    terms: Terms = ONLINE

    @classmethod
    def of(cls, details: Details, extras: Extras = NO_EXTRAS) -> "Wanted":
        """Return what the details of an order say."""
        return cls(details.country, details.region, details.email, extras)


@dataclass(frozen=True, slots=True)
class Offer:
    """What the cart costs now. `quote` is None if something in it cannot be bought or sent.

    `problem` says in words why it cannot be sent to `country`, `voucher_problem` why the
    voucher does not apply: the quote is without it then.
    """

    items: list[Item]
    quote: Quote | None
    is_open: bool
    country: str = ""
    parcel: Parcel | None = None
    problem: str = ""
    voucher: Voucher | None = None
    voucher_problem: str = ""
    rules: Mapping[int, TaxRule] = field(default_factory=dict)
    gift_fund: Fund | None = None
    arrival: Arrival | None = None

    @property
    def handling_days(self) -> int:
        """Return the working days until all of it can leave."""
        return max((item.variant.product.dispatch_days for item in self.items), default=0)

    @property
    def free_from(self) -> Money | None:
        """Return from which value of its pieces on a parcel there costs nothing."""
        if self.parcel is None or self.parcel.free_from is None:
            return None
        return Money(self.parcel.free_from, settings.BASE_CURRENCY)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a form showed: `key` names the submission, the rest what was on offer.

    `sums` has the components of the total by name.
    """

    key: str
    lines: list[list[int]]
    total: int
    sums: dict[str, int] = field(default_factory=dict)


def offer(*, cart: Cart | None, now: datetime, wanted: Wanted = Wanted()) -> Offer:
    """Return what `cart` costs at `now`, sent where it is wanted."""
    return offer_of(carts.items(cart, now=now), cart=cart, now=now, wanted=wanted)


def offer_of(
    items: list[Item], *, cart: Cart | None = None, now: datetime, wanted: Wanted
) -> Offer:
    """Return what `items` cost at `now`, sent or handed over where they are wanted.

    With `cart` what its own unpaid orders hold counts as free.
    """
    organisation = Organisation.current()
    terms = wanted.terms
    country = wanted.country or organisation.country
    if not items or not all(item.is_available for item in items):
        return Offer(items, None, organisation.is_shop_open, country)
    try:
        parcel = None if terms.is_handed_over else _parcel(items, country, now=now)
    except (serving.NotServed, serving.TooHeavy) as error:
        return Offer(items, None, organisation.is_shop_open, country, problem=error.message)
    goods_tax, shipping_tax, rules = taxes.at(country=country, region=wanted.region, now=now)
    voucher, voucher_problem = _voucher(items, wanted, cart=cart, now=now)
    fund = _fund(wanted.extras)
    price = partial(
        pricing.quote,
        [pricing.Ask(each.variant.pk, each.price.amount, each.quantity) for each in items],
        currency=settings.BASE_CURRENCY,
        delivery=parcel.amount if parcel else 0,
        goods_tax=goods_tax,
        shipping_tax=shipping_tax if parcel else None,
        gift=wanted.extras.gift if fund else 0,
    )
    quote = price(discount=_discount(voucher, terms))
    least = sessions.least_charge(quote.currency)
    if voucher is not None and terms.is_by_card and quote.total < least.amount:
        words = _("With this voucher less than %s would be left to pay, which no card can pay.")
        voucher, voucher_problem = None, words % format_money(least)
        quote = price(discount=_discount(None, terms))
    return Offer(
        items,
        quote,
        organisation.is_shop_open,
        country,
        parcel,
        voucher=voucher,
        voucher_problem=voucher_problem,
        rules=rules,
        gift_fund=fund,
        arrival=_arrival(items, parcel, now=now) if parcel else None,
    )


def _discount(voucher: Voucher | None, terms: Terms) -> Discount:
    found = discounts.discount_of(voucher) if voucher else Discount()
    return replace(found, amount=found.amount + terms.off)


def _arrival(items: list[Item], parcel: Parcel, *, now: datetime) -> Arrival | None:
    handling = max(item.variant.product.dispatch_days for item in items)
    return estimates.arrival(day=localdate(now), handling=handling, days=parcel.days)


def _voucher(
    items: list[Item], wanted: Wanted, *, cart: Cart | None, now: datetime
) -> tuple[Voucher | None, str]:
    code = wanted.extras.voucher
    if not code:
        return None, ""
    goods = sum(item.total.amount for item in items)
    try:
        return discounts.find(code, goods=goods, email=wanted.email, cart=cart, now=now), ""
    except discounts.NotApplicable as error:
        return None, error.message


def _fund(extras: Extras) -> Fund | None:
    if not extras.gift:
        return None
    return Fund.objects.open_now().filter(key=extras.gift_fund).first()


def _parcel(items: list[Item], country: str, *, now: datetime) -> Parcel:
    return serving.parcel_to(
        country,
        weight=sum(shipping.grams(item.variant) * item.quantity for item in items),
        goods=sum(item.total.amount for item in items),
        now=now,
    )


def _lines(quote: Quote) -> list[list[int]]:
    return [[line.variant_id, line.unit_price, line.quantity] for line in quote.lines]


def _sums(quote: Quote) -> dict[str, int]:
    return {name: getattr(quote, name) for name in NAMES}


def is_same(shown: Shown, quote: Quote) -> bool:
    """Say whether what a form showed is what is on offer now."""
    return (_lines(quote), quote.total) == (shown.lines, shown.total)


def differences(shown: Shown, now_on_offer: Offer) -> list[str]:
    """Return in words what is on offer now otherwise than it was shown."""
    quote = now_on_offer.quote
    if quote is None:
        return []
    currency = quote.currency
    before = {pk: (price, quantity) for pk, price, quantity in shown.lines}
    titles = {item.variant.pk: item.variant.title for item in now_on_offer.items}
    found = []
    for line in quote.lines:
        price, quantity = before.pop(line.variant_id, (line.unit_price, 0))
        if price != line.unit_price:
            found.append(_changed(titles[line.variant_id], price, line.unit_price, currency))
        if quantity != line.quantity:
            words = _("%(piece)s: %(number)d now.")
            found.append(words % {"piece": titles[line.variant_id], "number": line.quantity})
    if before:
        found.append(_("Something was taken out of the cart."))
    for name, now in _sums(quote).items():
        was = shown.sums.get(name, now)
        if was != now:
            found.append(_changed(str(NAMES[name]), was, now, currency))
    return found


def _changed(what: str, was: int, now: int, currency: str) -> str:
    amounts = {
        "what": what,
        "was": format_money(Money(was, currency)),
        "now": format_money(Money(now, currency)),
    }
    return _("%(what)s: %(was)s before, %(now)s now.") % amounts


def write_shown(quote: Quote, *, key: str = "") -> str:
    """Return a signed word for the form: what it shows, under a new key unless one is given."""
    shown = Shown(key or uuid4().hex, _lines(quote), quote.total, _sums(quote))
    return signing.dumps(asdict(shown), salt=SALT)


def read_shown(word: str) -> Shown | None:
    """Return what a form showed; None if the word is not ours or too old."""
    try:
        return Shown(**signing.loads(word, salt=SALT, max_age=SHOWN_FOR))
    except (signing.BadSignature, TypeError):
        return None
