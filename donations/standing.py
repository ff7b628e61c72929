"""Where one gift stands in the ledger, read from its entries alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from partners import postings, whereabouts
from partners.cloth import Part
from partners.models import Account, Entry, Transfer
from partners.whereabouts import Whereabouts
from weintl.money import Money

from .models import Fund, Gift, GiftRefund

KIND = Account.Kind


@dataclass(frozen=True, slots=True)
class Movement:
    """What one entry brought to the fund, or (below zero) took from it."""

    entry: Entry
    money: Money


@dataclass(frozen=True, slots=True)
class Standing:
    """What came, what went back, what is in the fund. `fee` is None until it is known.

    `where` is the approved payout that the gift is in, if any: then it left the fund with it.
    """

    paid: Money
    refunded: Money
    in_fund: Money
    cover: Money
    fee: Money | None
    fee_in_fund: Money
    booked_at: datetime | None
    movements: list[Movement]
    where: Whereabouts | None = None

    @property
    def kept(self) -> Money:
        """Return what was paid less what went back."""
        return self.paid - self.refunded

    @property
    def beyond_fee(self) -> Money | None:
        """Return what the cover brought beyond the real fee; None unless both are known."""
        return self.cover - self.fee if self.cover and self.fee is not None else None

    def parts(self, fund: Fund) -> list[Part]:
        """Return how `kept` is divided, for a cloth, under the name of `fund`."""
        in_fund = Part(fund.use or "fund", self.in_fund, fund.name)
        parts = [in_fund, Part("fee", self.fee_in_fund)]
        if self.cover:
            fee = self.fee or Money.zero(self.cover.currency)
            rest = _("What you covered less the real fee: our operations")
            parts += [Part("fee", fee), Part("operations", self.cover - fee, rest)]
        return parts


def keys_of(gift: Gift) -> list[str]:
    """Return the source keys under which the ledger may know of `gift`."""
    refunds = gift.refunds.order_by("pk").values_list("refund_id", flat=True)
    keys = _keys(gift, list(refunds))
    if gift.payment is not None:
        disputes = gift.payment.disputes.order_by("pk")
        keys += postings.dispute_keys(disputes.values_list("dispute_id", flat=True))
    return keys


def _keys(gift: Gift, refunds: Iterable[int]) -> list[str]:
    if gift.payment is None:
        return []
    keys = [f"payment/{gift.payment.public_id}/paid"]
    if gift.payment.purpose == "gift":
        keys += [f"payment/{gift.payment.public_id}/{last}" for last in ("exchanged", "fee")]
    for refund_id in refunds:
        steps = ("sent", "exchanged", "failed", "returned")
        keys += [f"refund/{refund_id}/{last}" for last in steps]
    return keys


def currency_of(gift: Gift) -> str:
    """Return what the books keep `gift` in: what the provider settled, as soon as it did."""
    payment = gift.payment
    is_own = payment is not None and payment.purpose == "gift"
    return (payment.settled_currency if payment and is_own else "") or gift.currency


def _bringing(keys: Iterable[str]) -> list[str]:
    """Return the keys of what brought the gift, which payouts take: the first, its exchange."""
    return [key for key in keys if key.startswith("payment/") and not key.endswith("/fee")]


def of(gift: Gift) -> Standing:
    """Return where `gift` stands, in the currency of the books; three queries."""
    return of_each([gift])[gift.pk]


def of_each(gifts: Sequence[Gift]) -> dict[int, Standing]:
    """Return where each gift stands by its primary key; three queries for any number."""
    refunds: dict[int, list[int]] = {}
    for part in GiftRefund.objects.filter(gift__in=gifts).order_by("pk"):
        refunds.setdefault(part.gift_id, []).append(part.refund_id)
    keys = {gift.pk: _keys(gift, refunds.get(gift.pk, [])) for gift in gifts}
    owners = {key: gift for gift in gifts for key in keys[gift.pk]}
    rows = (
        Transfer.objects.filter(entry__source_key__in=owners)
        # An order's refund may undo shares of pieces in the same fund: those are no gift.
        .exclude(debit__kind=KIND.PROGRAMME_COST)
        .exclude(credit__kind=KIND.PROGRAMME_COST)
        .select_related("entry", "debit", "credit")
        .order_by("occurred_at", "pk")
    )
    booked: dict[int, list[Transfer]] = {gift.pk: [] for gift in gifts}
    for row in rows:
        gift = owners[row.entry.source_key]
        if row.currency == currency_of(gift):
            booked[gift.pk].append(row)
    payouts = whereabouts.of_entries(key for each in keys.values() for key in _bringing(each))
    return {
        gift.pk: _standing(
            gift,
            booked[gift.pk],
            next(
                (found for key in _bringing(keys[gift.pk]) for found in payouts.get(key, [])), None
            ),
        )
        for gift in gifts
    }


def _standing(gift: Gift, rows: list[Transfer], where: Whereabouts | None) -> Standing:
    currency = currency_of(gift)
    fund = gift.fund.account(currency).code
    sums = dict.fromkeys(["paid", "refunded", "in_fund", "cover", "fee_in_fund"], 0)
    fee: int | None = None
    effects: dict[int, int] = {}
    entries: dict[int, Entry] = {}
    for row in rows:
        ours = _sides(row, fund=fund)
        if row.entry.kind == Entry.Kind.FEE:
            fee = row.amount
            sums["fee_in_fund"] -= ours["fund"]
        elif row.entry.source_key.startswith("payment/"):
            sums["paid"] += ours["fund"] + ours["cover"]
        else:
            sums["refunded"] -= ours["fund"] + ours["cover"]
        sums["in_fund"] += ours["fund"]
        sums["cover"] += ours["cover"]
        if ours["fund"]:
            entries[row.entry_id] = row.entry
            effects[row.entry_id] = effects.get(row.entry_id, 0) + ours["fund"]
    money = {name: Money(amount, currency) for name, amount in sums.items()}
    return Standing(
        **money,
        fee=None if fee is None else Money(fee, currency),
        booked_at=next((entry.occurred_at for entry in entries.values()), None),
        movements=[
            Movement(entries[pk], Money(effect, currency)) for pk, effect in effects.items()
        ],
        where=where,
    )


def _sides(row: Transfer, *, fund: str) -> dict[str, int]:
    """Return what the transfer brought to the fund and to the covered fees."""
    found = {"fund": 0, "cover": 0}
    for account, sign in ((row.credit, 1), (row.debit, -1)):
        if account.code == fund:
            found["fund"] += sign * row.amount
        elif account.kind == KIND.FEE_COVER:
            found["cover"] += sign * row.amount
    return found
