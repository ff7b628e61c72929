"""Where a credit is on its way to a programme's bank, read from the payout that holds it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
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
    Payout.State.RETURNED: "sent_back",
}


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One credit that an approved payout holds: "approved" or "paid", since when.

    "sent_back" by the programme's bank after it was paid, and in no newer payout yet: then it
    is owed again. `statement` is the number of the programme's statement; empty until it is paid.
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
    """Return what approved payouts hold of the credits of each entry; one query.

    A credit whose payout was sent back is told by the newest payout that it is in.
    """
    items = (
        PayoutItem.objects.filter(
            Q(is_live=True) | Q(payout__state=Payout.State.RETURNED, taken_out_at=None),
            transfer__entry__source_key__in=list(source_keys),
            amount__gt=0,
            payout__state__in=list(STANDINGS),
        )
        .select_related(
            "account", "transfer__entry", "payout__programme__partner", "payout__statement"
        )
        .order_by("pk")
    )
    newest = {(item.transfer_id, item.account_id): item for item in items}
    found: dict[str, list[Whereabouts]] = {}
    for item in newest.values():
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
        day=payout.returned_on or payout.paid_on or approved,
        statement=statement.number if statement else "",
    )


def paid(found: Iterable[Whereabouts], *, standing: str = "paid") -> list[Whereabouts]:
    """Return one row for each payout of that standing, with the sum of what it holds. Pure."""
    sums: dict[int, Whereabouts] = {}
    for each in found:
        if each.standing != standing:
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
