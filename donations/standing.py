"""Where one gift stands in the ledger, read from its entries alone."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from partners import whereabouts
from partners.cloth import Part
from partners.models import Account, Entry, Transfer
from partners.whereabouts import Whereabouts
from weintl.money import Money

from .models import Fund, Gift

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
    if gift.payment is None:
        return []
    keys = [f"payment/{gift.payment.public_id}/paid"]
    if gift.payment.purpose == "gift":
        keys.append(f"payment/{gift.payment.public_id}/fee")
    for refund_id in gift.refunds.order_by("pk").values_list("refund_id", flat=True):
        keys += [f"refund/{refund_id}/sent", f"refund/{refund_id}/failed"]
    return keys


def of(gift: Gift) -> Standing:
    """Return where `gift` stands, in its currency; three queries."""
    fund = gift.fund.account(gift.currency).code
    keys = keys_of(gift)
    rows = (
        Transfer.objects.filter(entry__source_key__in=keys, currency=gift.currency)
        # An order's refund may undo shares of pieces in the same fund: those are no gift.
        .exclude(debit__kind=KIND.PROGRAMME_COST)
        .exclude(credit__kind=KIND.PROGRAMME_COST)
        .select_related("entry", "debit", "credit")
        .order_by("occurred_at", "pk")
    )
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
    money = {name: Money(amount, gift.currency) for name, amount in sums.items()}
    return Standing(
        **money,
        fee=None if fee is None else Money(fee, gift.currency),
        booked_at=next((entry.occurred_at for entry in entries.values()), None),
        movements=[
            Movement(entries[pk], Money(effect, gift.currency)) for pk, effect in effects.items()
        ],
        where=_where(keys),
    )


def _where(keys: list[str]) -> Whereabouts | None:
    found = whereabouts.of_entries(keys[:1])
    return next((each for rows in found.values() for each in rows), None)


def _sides(row: Transfer, *, fund: str) -> dict[str, int]:
    """Return what the transfer brought to the fund and to the covered fees."""
    found = {"fund": 0, "cover": 0}
    for account, sign in ((row.credit, 1), (row.debit, -1)):
        if account.code == fund:
            found["fund"] += sign * row.amount
        elif account.kind == KIND.FEE_COVER:
            found["cover"] += sign * row.amount
    return found
