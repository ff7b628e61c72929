"""Where a credit is on its way to a programme's bank, read from the payout that holds it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localtime

from weintl.money import Money

from .models.ledger import Account
from .models.payouts import Payout, PayoutItem
from .models.uses import Use

# What a person outside sees of a payout's states. Before approval nothing is sure.
STANDINGS = {
    Payout.State.APPROVED: "approved",
    Payout.State.EXPORTED: "approved",
    Payout.State.PAID: "paid",
}


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One credit that an approved payout holds: "approved" or "paid", since when.

    `statement` is the number of the programme's statement; empty until it is paid.
    """

    use: str
    money: Money
    payout_id: int
    programme: str
    standing: str
    day: date | None
    statement: str


def use_of(account: Account) -> str:
    """Return what an account is for, as a key of the cloth's stripes."""
    if account.kind == Account.Kind.MAKER_PAYABLE:
        return Use.ARTISAN_PAY.value
    return account.use or "fund"


def of_entries(source_keys: Iterable[str]) -> dict[str, list[Whereabouts]]:
    """Return what approved payouts hold of the credits of each entry; one query."""
    items = (
        PayoutItem.objects.filter(
            transfer__entry__source_key__in=list(source_keys),
            is_live=True,
            amount__gt=0,
            payout__state__in=list(STANDINGS),
        )
        .select_related(
            "account", "transfer__entry", "payout__programme__partner", "payout__statement"
        )
        .order_by("pk")
    )
    found: dict[str, list[Whereabouts]] = {}
    for item in items:
        found.setdefault(item.transfer.entry.source_key, []).append(_whereabouts(item))
    return found


def _whereabouts(item: PayoutItem) -> Whereabouts:
    payout = item.payout
    statement = getattr(payout, "statement", None)
    approved = localtime(payout.approved_at).date() if payout.approved_at else None
    return Whereabouts(
        use=use_of(item.account),
        money=Money(item.amount, payout.currency),
        payout_id=payout.pk,
        programme=payout.programme.name,
        standing=STANDINGS[Payout.State(payout.state)],
        day=payout.paid_on or approved,
        statement=statement.number if statement else "",
    )


def paid(found: Iterable[Whereabouts]) -> list[Whereabouts]:
    """Return one row for each payout that was paid, with the sum of what it holds. Pure."""
    sums: dict[int, Whereabouts] = {}
    for each in found:
        if each.standing != "paid":
            continue
        known = sums.get(each.payout_id)
        sums[each.payout_id] = Whereabouts(
            use="",
            money=known.money + each.money if known else each.money,
            payout_id=each.payout_id,
            programme=each.programme,
            standing=each.standing,
            day=each.day,
            statement=each.statement,
        )
    return list(sums.values())
