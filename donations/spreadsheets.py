"""Gifts, donors and receipts as sheets: amounts exact, days as the organisation counts them.

Heads are names for machines: never translated, never renamed. A gift names its donor by number;
names and addresses stand in the donors' sheet alone.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import localdate
from import_export.fields import Field
from import_export.resources import ModelResource

from partners.sheets import Cell
from weintl.money import exponent

from .models import Donor, Gift, MailConsent, Receipt

AT_ONCE = 1000


class Sheet(ModelResource):  # type: ignore[misc]
    """Rows that are handed out one after the other, however many there are."""

    # What one row reads of others, in the same query.
    JOINS: tuple[str, ...] = ()

    def ready(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows with what their cells need."""
        return rows.select_related(*self.JOINS) if self.JOINS else rows

    def head(self) -> list[str]:
        """Return the names of the columns."""
        return [str(name) for name in self.get_export_headers()]

    def cells(self, rows: QuerySet[Any]) -> Iterator[list[Cell]]:
        """Yield the cells of each row."""
        for row in self.ready(rows).iterator(chunk_size=AT_ONCE):
            yield ["" if cell is None else cell for cell in self.export_resource(row)]


def _day(moment: datetime | None) -> str:
    return localdate(moment).isoformat() if moment else ""


def _amount(amount: int, currency: str) -> Decimal:
    return Decimal(amount).scaleb(-exponent(currency))


def donor_number(donor: Donor) -> str:
    """Return what names a donor in sheets, and tells nothing else."""
    return f"D-{donor.public_id.hex[:12].upper()}"


class GiftSheet(Sheet):
    """Gifts without a name: for the accountant."""

    JOINS = ("fund", "donor", "payment")
    number, made, received = Field(), Field(), Field()
    donor, fund, currency = Field(), Field(), Field()
    gift, fee_covered, refunded, given_in_return = Field(), Field(), Field(), Field()

    class Meta:
        model = Gift
        fields = (
            "number", "made", "received", "state", "way", "donor", "fund", "currency", "gift",
            "fee_covered", "refunded", "given_in_return", "language",
        )  # fmt: skip
        export_order = fields

    def dehydrate_number(self, gift: Gift) -> str:
        """Return the number that the donor sees."""
        return gift.number

    def dehydrate_made(self, gift: Gift) -> str:
        """Return the day on which it was begun."""
        return _day(gift.created_at)

    def dehydrate_received(self, gift: Gift) -> str:
        """Return the day for which it counts."""
        return _day(gift.received_at)

    def dehydrate_donor(self, gift: Gift) -> str:
        """Return the donor's number."""
        return donor_number(gift.donor)

    def dehydrate_fund(self, gift: Gift) -> str:
        """Return the fund's key."""
        return gift.fund.key

    def dehydrate_currency(self, gift: Gift) -> str:
        """Return the currency's code."""
        return gift.currency.upper()

    def dehydrate_gift(self, gift: Gift) -> Decimal:
        """Return what was meant for the fund."""
        return _amount(gift.amount, gift.currency)

    def dehydrate_fee_covered(self, gift: Gift) -> Decimal:
        """Return what came on top of it."""
        return _amount(gift.fee_cover_amount, gift.currency)

    def dehydrate_refunded(self, gift: Gift) -> Decimal:
        """Return what went back."""
        return _amount(gift.refunded_amount, gift.currency)

    def dehydrate_given_in_return(self, gift: Gift) -> Decimal:
        """Return what the donor got for it was worth."""
        return _amount(gift.advantage_amount, gift.currency)


class DonorSheet(Sheet):
    """Who gives, how to reach them, and what mails they asked for."""

    number, known_since = Field(), Field()
    gifts, first_gift = Field(), Field()
    news_since, campaigns_since = Field(), Field()

    class Meta:
        model = Donor
        fields = (
            "number", "email", "name", "organisation", "address", "language", "known_since",
            "gifts", "first_gift", "news_since", "campaigns_since",
        )  # fmt: skip
        export_order = fields

    def ready(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Leave out who was erased or merged; add gifts and consents, from indexes."""
        received = Gift.objects.filter(donor=OuterRef("pk"), received_at__isnull=False)
        counted = received.order_by().values("donor")
        consents = MailConsent.objects.filter(donor=OuterRef("pk"), withdrawn_at=None)
        since = {
            f"{topic}_given": Subquery(consents.filter(topic=topic).values("given_at")[:1])
            for topic in MailConsent.Topic.values
        }
        return rows.filter(Q(merged_into=None, erased_at=None)).annotate(
            gift_count=Subquery(counted.annotate(all=Count("pk")).values("all")),
            gift_first=Subquery(counted.annotate(first=Min("received_at")).values("first")),
            **since,
        )

    def dehydrate_number(self, donor: Donor) -> str:
        """Return the donor's number."""
        return donor_number(donor)

    def dehydrate_known_since(self, donor: Donor) -> str:
        """Return the day of the first contact."""
        return _day(donor.created_at)

    def dehydrate_gifts(self, donor: Any) -> int:
        """Return how many gifts arrived."""
        return donor.gift_count or 0

    def dehydrate_first_gift(self, donor: Any) -> str:
        """Return the day on which the first arrived."""
        return _day(donor.gift_first)

    def dehydrate_news_since(self, donor: Any) -> str:
        """Return since when news may be sent; empty: never."""
        return _day(donor.news_given)

    def dehydrate_campaigns_since(self, donor: Any) -> str:
        """Return since when new campaigns may be told of; empty: never."""
        return _day(donor.campaigns_given)


class ReceiptSheet(Sheet):
    """Receipts, those that hold and those that are void; it names no donor."""

    JOINS = ("gift", "voiding", "replaces")
    issued, received, gift, replaces = Field(), Field(), Field(), Field()
    void_since, void_reason, currency = Field(), Field(), Field()
    received_amount, advantage, gift_amount = Field(), Field(), Field()

    class Meta:
        model = Receipt
        fields = (
            "number", "issued", "received", "gift", "replaces", "void_since", "void_reason",
            "currency", "received_amount", "advantage", "gift_amount", "wording", "sha256",
        )  # fmt: skip
        export_order = fields

    def ready(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return them oldest first."""
        return super().ready(rows).order_by("issued_at", "pk")

    def dehydrate_issued(self, receipt: Receipt) -> str:
        """Return the day on which it was issued."""
        return _day(receipt.issued_at)

    def dehydrate_received(self, receipt: Receipt) -> str:
        """Return the day for which it counts."""
        return receipt.received_on.isoformat()

    def dehydrate_gift(self, receipt: Receipt) -> str:
        """Return the gift's number."""
        return receipt.gift.number

    def dehydrate_replaces(self, receipt: Receipt) -> str:
        """Return the number of the one before."""
        return receipt.replaces.number if receipt.replaces else ""

    def dehydrate_void_since(self, receipt: Receipt) -> str:
        """Return the day since which it holds no more."""
        return _day(receipt.voiding.voided_at) if receipt.is_void else ""

    def dehydrate_void_reason(self, receipt: Receipt) -> str:
        """Return why."""
        return receipt.voiding.reason if receipt.is_void else ""

    def dehydrate_currency(self, receipt: Receipt) -> str:
        """Return the currency's code."""
        return receipt.currency.upper()

    def dehydrate_received_amount(self, receipt: Receipt) -> Decimal:
        """Return what was kept."""
        return _amount(receipt.total_amount, receipt.currency)

    def dehydrate_advantage(self, receipt: Receipt) -> Decimal:
        """Return what was given in return was worth."""
        return _amount(receipt.advantage_amount, receipt.currency)

    def dehydrate_gift_amount(self, receipt: Receipt) -> Decimal:
        """Return what counts."""
        return _amount(receipt.eligible_amount, receipt.currency)
