"""What was sold and taken back, what stands on the shelves and what does not move, in sums.

A sale counts on the day on which it was paid, what was taken back on the day on which its money
went back, as in the ledger; days follow DISPLAY_TIME_ZONE. Amounts are minor units of the shop's
currency. What operations gave out of goodwill, delivery and added gifts are no sales of pieces.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, TextChoices
from django.db.models.functions import Coalesce, TruncDay, TruncMonth, TruncQuarter
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django_countries import countries

from partners.impact import span
from partners.models import PROGRAMME_USES, SplitRule
from partners.sheets import Cell, sheet
from weintl.money import exponent
from weintl.payments import states
from weintl.search.documents import written

from .models import Channel, Order, OrderLine, OrderRefund, Stock, Unit

SLOW_AFTER = timedelta(days=90)
MOST_SLOW = 200


class By(TextChoices):
    """What sales are summed by."""

    PRODUCT = "product", gettext_lazy("Product")
    PROGRAMME = "programme", gettext_lazy("Programme")
    COUNTRY = "country", gettext_lazy("Country of the parcel")
    CHANNEL = "channel", gettext_lazy("Where it was sold")
    DAY = "day", gettext_lazy("Day")
    MONTH = "month", gettext_lazy("Month")
    QUARTER = "quarter", gettext_lazy("Quarter")


SPANS: Mapping[str, Any] = {By.DAY: TruncDay, By.MONTH: TruncMonth, By.QUARTER: TruncQuarter}
PLACES: Mapping[str, tuple[str, ...]] = {
    By.PRODUCT: ("variant__product_id", "variant__product__name"),
    By.PROGRAMME: ("programme_id", "programme__name"),
    By.COUNTRY: ("order__country",),
    By.CHANNEL: ("order__channel",),
}
USES = [f"{use.value}_amount" for use in PROGRAMME_USES]


@dataclass(slots=True)
class Sales:
    """Pieces sold less those taken back. `net` is without tax and after discounts.

    Makers keep the pay of a piece that had been sent; a programme's share goes back with it.
    """

    pieces: int = 0
    gross: int = 0
    discount: int = 0
    net: int = 0
    tax: int = 0
    returned_pieces: int = 0
    returned_net: int = 0
    returned_tax: int = 0
    makers: int = 0
    programmes: int = 0

    @property
    def left(self) -> int:
        """Return what the sales come to after what was taken back, without tax."""
        return self.net - self.returned_net

    def add(self, other: "Sales") -> None:
        """Add another's sums to these."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


@dataclass(frozen=True, slots=True)
class Row:
    """The sales of one product, programme, place, channel or span; `key` is its id or first day."""

    key: Any
    words: str
    sales: Sales


@dataclass(frozen=True, slots=True)
class Report:
    """Rows and their sum. Spans in their order, all else from the most sold down."""

    by: By
    rows: list[Row]
    total: Sales


def sales(*, by: By, since: date, until: date) -> Report:
    """Return what was sold and taken back from `since` to `until`, both included; 3 statements."""
    found: dict[Any, Sales] = {}
    names: dict[Any, str] = {}
    for row in _lines(by, since, until):
        key = _remember(row, by, names)
        one = found.setdefault(key, Sales())
        one.gross, one.discount = row["gross"], row["discount"]
    for row in _units(by, since, until):
        one = found.setdefault(_remember(row, by, names), Sales())
        one.pieces, one.net, one.tax = row["pieces"], row["net"], row["tax"]
        one.makers += row["makers"]
        one.programmes += row["shares"]
    for row in _returned(by, since, until):
        one = found.setdefault(_remember(row, by, names), Sales())
        one.returned_pieces = row["pieces"]
        one.returned_net, one.returned_tax = row["net"], row["tax"]
        one.makers -= row["unsent"] or 0
        one.programmes -= row["shares"]
    rows = [Row(key, names[key], one) for key, one in found.items()]
    if by in SPANS:
        rows.sort(key=lambda row: row.key)
    else:
        rows.sort(key=lambda row: (-row.sales.left, row.words))
    total = Sales()
    for each in rows:
        total.add(each.sales)
    return Report(by, rows, total)


def _from(day: date) -> datetime:
    """Return the moment at which a day begins where days are counted."""
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def _within(moment: str, since: date, until: date) -> Q:
    return Q(**{f"{moment}__gte": _from(since), f"{moment}__lt": _from(until + timedelta(days=1))})


def _lines(by: By, since: date, until: date) -> Iterable[dict[str, Any]]:
    lines = OrderLine.objects.filter(
        _within("order__paid_at", since, until), currency=settings.BASE_CURRENCY
    ).exclude(order__state=Order.State.UNFILLABLE)
    return _grouped(lines, by, prefix="", moment="order__paid_at").annotate(
        gross=Sum(F("unit_price_amount") * F("quantity")), discount=Sum("discount_amount")
    )


def _units(by: By, since: date, until: date) -> Iterable[dict[str, Any]]:
    units = Unit.objects.filter(
        _within("line__order__paid_at", since, until), currency=settings.BASE_CURRENCY
    )
    return _grouped(units, by, prefix="line__", moment="line__order__paid_at").annotate(
        pieces=Count("pk"),
        net=Sum("net_amount"),
        tax=Sum("tax_amount"),
        makers=Sum("maker_amount"),
        shares=sum((Sum(use) for use in USES[1:]), Sum(USES[0])),
    )


def _returned(by: By, since: date, until: date) -> Iterable[dict[str, Any]]:
    """Return what refunds took back, on the day of the ledger's entry."""
    pieces = OrderRefund.units.through.objects.filter(
        orderrefund__refund__state__in=states.LEFT, unit__currency=settings.BASE_CURRENCY
    ).annotate(
        back_at=Coalesce(
            "orderrefund__named_at",
            "orderrefund__refund__refunded_at",
            "orderrefund__refund__created_at",
        )
    )
    pieces = pieces.filter(_within("back_at", since, until))
    uses = [f"unit__{use}" for use in USES]
    unsent = Q(unit__state=Unit.State.CANCELLED)
    return _grouped(pieces, by, prefix="unit__line__", moment="back_at").annotate(
        pieces=Count("pk"),
        net=Sum("unit__net_amount"),
        tax=Sum("unit__tax_amount"),
        unsent=Sum("unit__maker_amount", filter=unsent),
        shares=sum((Sum(use) for use in uses[1:]), Sum(uses[0])),
    )


def _grouped(rows: QuerySet[Any], by: By, *, prefix: str, moment: str) -> QuerySet[Any, Any]:
    if by in SPANS:
        return rows.order_by().annotate(key=SPANS[by](moment)).values("key")
    names = [f"{prefix}{name}" for name in PLACES[by]]
    words = {"words": _written(names[1])} if len(names) > 1 else {}
    return rows.order_by().values(key=F(names[0]), **words)


def _written(name: str) -> Any:
    """Return a translated column of another table in the active language."""
    return written(name, get_language() or settings.LANGUAGE_CODE)


def _remember(row: Mapping[str, Any], by: By, names: dict[Any, str]) -> Any:
    """Return a row's key, and note once what it is called."""
    key = timezone.localdate(row["key"]) if by in SPANS else row["key"]
    if key not in names:
        names[key] = _words(key, row, by)
    return key


def _words(key: Any, row: Mapping[str, Any], by: By) -> str:
    if by == By.DAY:
        return date_format(key, "SHORT_DATE_FORMAT")
    if by == By.MONTH:
        return date_format(key, "YEAR_MONTH_FORMAT")
    if by == By.QUARTER:
        return span((key,))
    if by == By.COUNTRY:
        return str(countries.name(str(key)) or key)
    if by == By.CHANNEL:
        return str(Channel(key).label).capitalize()
    return row["words"] or str(key)


def as_csv(report: Report) -> bytes:
    """Return the report as CSV, amounts as plain decimals of the shop's currency."""
    head = [
        str(report.by.label),
        *map(str, (HEADS[name] for name in COLUMNS)),
        _("currency"),
    ]
    rows = [*((row.words, row.sales) for row in report.rows), (_("Total"), report.total)]
    return sheet(
        head,
        (
            (words, *(_cell(name, one) for name in COLUMNS), settings.BASE_CURRENCY.upper())
            for words, one in rows
        ),
    )


def _cell(name: str, one: Sales) -> Cell:
    value: int = getattr(one, name)
    return value if name in COUNTS else Decimal(value).scaleb(-exponent(settings.BASE_CURRENCY))


COUNTS = {"pieces", "returned_pieces"}
HEADS: Mapping[str, Any] = {
    "pieces": gettext_lazy("pieces"),
    "gross": gettext_lazy("before discounts"),
    "discount": gettext_lazy("discounts"),
    "net": gettext_lazy("sold, without tax"),
    "returned_pieces": gettext_lazy("taken back"),
    "returned_net": gettext_lazy("given back, without tax"),
    "left": gettext_lazy("left, without tax"),
    "tax": gettext_lazy("tax"),
    "returned_tax": gettext_lazy("tax given back"),
    "makers": gettext_lazy("makers"),
    "programmes": gettext_lazy("programmes"),
}
COLUMNS = tuple(HEADS)


@dataclass(slots=True)
class Shelf:
    """What of a programme stands on the shelves: owned at what it cost, consigned at maker pay."""

    programme: str
    owned: int = 0
    cost: int = 0
    consigned: int = 0
    pay: int = 0
    # Consigned pieces without a rule in force: what they would be paid is not known.
    unknown: int = 0


def shelves(*, now: datetime) -> list[Shelf]:
    """Return what stands on the shelves, by programme; 2 statements."""
    pay = {
        (rule.programme_id, rule.product_code): rule.maker_pay_amount
        for rule in SplitRule.objects.in_force(at=now)
        if rule.currency == settings.BASE_CURRENCY
    }
    product = "variant__product"
    rows = (
        Stock.objects.order_by()
        .values(
            programme=F(f"{product}__programme_id"),
            name=_written(f"{product}__programme__name"),
            code=F(f"{product}__code"),
        )
        .annotate(pieces=Sum("owned"), cost=Sum("owned_cost_amount"), kept=Sum("consigned"))
        .filter(Q(pieces__gt=0) | Q(kept__gt=0))
        .order_by("name", "programme")
    )
    found: dict[int, Shelf] = {}
    for row in rows:
        one = found.setdefault(row["programme"], Shelf(row["name"]))
        one.owned += row["pieces"]
        one.cost += row["cost"]
        one.consigned += row["kept"]
        own = (row["programme"], row["code"])
        owed = pay.get(own, pay.get((row["programme"], "")))
        if owed is None:
            one.unknown += row["kept"]
        else:
            one.pay += owed * row["kept"]
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Slow:
    """A variant on the shelf that nobody has bought for long; `last` is None if never."""

    variant_id: int
    words: str
    programme: str
    pieces: int
    cost: int
    last: date | None


def slow_movers(*, now: datetime, after: timedelta = SLOW_AFTER) -> list[Slow]:
    """Return what has stood for sale for `after` without a sale, the longest first; 1 statement.

    At most MOST_SLOW.
    """
    since = now - after
    sold = OrderLine.objects.filter(variant=OuterRef("variant"), order__paid_at__isnull=False)
    latest = sold.order_by("-order__paid_at").values("order__paid_at")[:1]
    rows = (
        Stock.objects.filter(
            ~Exists(sold.filter(order__paid_at__gte=since)),
            Q(owned__gt=0) | Q(consigned__gt=0),
            variant__is_active=True,
            variant__product__is_published=True,
            variant__product__published_at__lt=since,
        )
        .annotate(last=Subquery(latest))
        .select_related("variant__product__programme")
        .order_by(Coalesce("last", "variant__product__published_at"), "pk")[:MOST_SLOW]
    )
    return [
        Slow(
            variant_id=row.variant_id,
            words=row.variant.title,
            programme=row.variant.product.programme.name,
            pieces=row.owned + row.consigned,
            cost=row.owned_cost_amount,
            last=timezone.localdate(row.last) if row.last else None,
        )
        for row in rows
    ]
