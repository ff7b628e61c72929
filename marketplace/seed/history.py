"""Ninety days of invented orders that go through the real code, for demonstrations."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from marketplace import cart as carts
from marketplace import checkout, offers, orders, returns
from marketplace.checkout import Refused
from marketplace.models import Order, OrderRefund, Unit
from marketplace.offers import Details, Shown, Wanted
from marketplace.seed import carriers
from weintl.payments import refunds
from weintl.payments.models import Payment, Refund
from weintl.payments.sessions import NotPayable

Step = tuple[datetime, Callable[[datetime], Payment | None]]
Run = Callable[[datetime], Payment | None]

SENT_AFTER = timedelta(days=2)
DELIVERED_AFTER = timedelta(days=7)
CANCELLED_AFTER = timedelta(hours=5)
RETURNED_AFTER = timedelta(days=16)


@dataclass(frozen=True, slots=True)
class Planned:
    """One order: so many days ago, by whom, of what, and what became of it.

    Addresses end in .example: nobody's. `fate` names the last thing that happens to it.
    """

    days_ago: int
    name: str
    town: str
    country: str
    pieces: dict[str, int] = field(default_factory=dict)
    language: str = "en"
    fate: str = "delivered"

    @property
    def email(self) -> str:
        """Return the invented address."""
        return f"{self.name.partition(' ')[0].lower()}@buyer.example"


PLAN = (
    Planned(89, "Maren Holt", "Madison", "US", {"IKAT": 1}),
    Planned(85, "Elena Soto", "Sevilla", "ES", {"NAPKINS": 2, "BEADS": 1}, "es"),
    Planned(81, "Priya Raman", "Leeds", "GB", {"BOWL": 2}),
    Planned(77, "Jonas Weber", "Bremen", "DE", {"KILIM": 1}),
    Planned(73, "Alma Reyes", "Puebla", "MX", {"POUCH": 3}, "es"),
    Planned(69, "Grace Lund", "Duluth", "US", {"BASKET": 1, "BLOCKPRINT": 2}),
    Planned(65, "Tomas Vidal", "Valencia", "ES", {"TOTE": 1}, "es", "returned"),
    Planned(61, "Ruth Adeyemi", "Baltimore", "US", {"KANTHA": 1}),
    Planned(57, "Ines Prado", "Bilbao", "ES", {"BOWL": 1, "NAPKINS": 1}, "es"),
    Planned(52, "Callum Frith", "Perth", "GB", {"IKAT": 2}),
    Planned(47, "Noor Haddad", "Toronto", "CA", {"BEADS": 2, "POUCH": 1}),
    Planned(42, "Wanda Kessler", "Tucson", "US", {"THROW": 1}),
    Planned(37, "Luz Marin", "Bogotá", "CO", {"BASKET": 2}, "es"),
    Planned(32, "Oscar Bright", "Portland", "US", {"TOTE": 2, "BEADS": 1}, "en", "cancelled"),
    Planned(27, "Farah Idris", "Malmö", "SE", {"BLOCKPRINT": 1}),
    Planned(22, "Diego Luna", "Quito", "EC", {"IKAT": 1, "POUCH": 2}, "es"),
    Planned(17, "Hannah Moore", "Boulder", "US", {"KANTHA": 1, "BEADS": 1}),
    Planned(11, "Sofia Ortega", "Granada", "ES", {"BOWL": 1}, "es", "sent"),
    Planned(6, "Peter Lang", "Chicago", "US", {"THROW": 1, "NAPKINS": 1}, "en", "sent"),
    Planned(3, "Amina Yusuf", "Bristol", "GB", {"BASKET": 1, "IKAT": 1}, "en", "paid"),
    Planned(1, "Carla Nunez", "Austin", "US", {"POUCH": 1, "BLOCKPRINT": 1}, "en", "paid"),
)
REACHED = {
    "paid": (),
    "cancelled": ("cancel",),
    "sent": ("send",),
    "delivered": ("send", "deliver"),
    "returned": ("send", "deliver", "take_back"),
}


def steps(*, end: datetime) -> list[Step]:
    """Return when each thing happens and what to call then, over the ninety days before `end`.

    A call does nothing that has been done before; it returns the payment that is to be paid.
    """
    acts: dict[str, tuple[timedelta, Callable[[int], Run]]] = {
        "cancel": (CANCELLED_AFTER, _cancelling),
        "send": (SENT_AFTER, _sending),
        "deliver": (DELIVERED_AFTER, _delivering),
        "take_back": (RETURNED_AFTER, _taking_back),
    }
    found: list[Step] = []
    for number, planned in enumerate(PLAN):
        at = end - timedelta(days=planned.days_ago, hours=number % 7, minutes=11 * (number % 5))
        found.append((at, _placing(number, planned)))
        for name in REACHED[planned.fate]:
            after, act = acts[name]
            found.append((at + after, act(number)))
    return found


def _key(number: int) -> str:
    return f"demo-order-{number:02d}"


def _placed(number: int) -> Order | None:
    return Order.objects.select_related("payment").filter(submission_key=_key(number)).first()


def _placing(number: int, planned: Planned) -> Run:
    def run(now: datetime) -> Payment | None:
        order = _placed(number) or _place(number, planned, now=now)
        if order is None or order.state != Order.State.AWAITING_PAYMENT:
            return None
        try:
            checkout.open_payment(order=order, now=now)
        except NotPayable:
            return None
        return order.payment

    return run


def _place(number: int, planned: Planned, *, now: datetime) -> Order | None:
    """Fill a cart and place its order; None where staff took the pieces out of the shop."""
    cart = None
    try:
        for sku, quantity in planned.pieces.items():
            cart = carts.add_line(cart=cart, sku=sku, quantity=quantity, now=now)
    except carts.NotForSale:
        return None
    wanted = Wanted(country=planned.country)
    quote = offers.offer(cart=cart, now=now, wanted=wanted).quote
    if cart is None or quote is None:
        return None
    lines = [[line.variant_id, line.unit_price, line.quantity] for line in quote.lines]
    details = Details(
        email=planned.email,
        name=planned.name,
        street=f"{12 + number} Example Street",
        city=planned.town,
        country=planned.country,
        postcode=f"{10_000 + 317 * number}",
    )
    try:
        return checkout.place_order(
            cart=cart,
            details=details,
            shown=Shown(_key(number), lines, quote.total),
            language=planned.language,
            now=now,
        )
    except Refused:
        return None


def _sending(number: int) -> Run:
    def run(now: datetime) -> None:
        order = _placed(number)
        if order is not None and order.state == Order.State.PAID:
            orders.mark_sent(
                order_id=order.pk,
                carrier=carriers.of_demonstration(str(order.country)),
                tracking_number=f"WE{4_000_700 + 37 * number}",
                actor=None,
                now=now,
            )

    return run


def _delivering(number: int) -> Run:
    def run(now: datetime) -> None:
        order = _placed(number)
        if order is not None and order.state == Order.State.SENT:
            orders.mark_delivered(order_id=order.pk, now=now)

    return run


def _cancelling(number: int) -> Run:
    def run(now: datetime) -> None:
        order = _placed(number)
        if order is None or order.state != Order.State.PAID:
            return
        _send_refund(
            returns.cancel(
                order_id=order.pk,
                reason="Ordered twice by mistake",
                request_key=f"{_key(number)}-cancelled",
                actor=None,
                now=now,
            ),
            now=now,
        )

    return run


def _taking_back(number: int) -> Run:
    def run(now: datetime) -> None:
        order = _placed(number)
        if order is None or order.state != Order.State.DELIVERED:
            return
        units = Unit.objects.of(order).filter(state=Unit.State.DELIVERED)
        if not units:
            return
        _send_refund(
            returns.refund(
                order_id=order.pk,
                unit_ids=[unit.pk for unit in units],
                reason="Sent back within 30 days",
                request_key=f"{_key(number)}-returned",
                actor=None,
                now=now,
            ),
            now=now,
        )

    return run


def _send_refund(link: OrderRefund, *, now: datetime) -> None:
    if link.refund.state == Refund.State.REQUESTED:
        # While a demonstration is filled no worker runs that would send it.
        refunds.send(refund_id=link.refund_id, now=now)
