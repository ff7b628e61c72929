"""The proof of the money: provider = ledger = what was sold and given = payouts, to the cent.

Everything is claimed up to the cut-off of the last comparison with the provider; what came
since is listed, not claimed. How to read it: docs/staff/proof.md.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from donations.models import Gift
from marketplace.models import Invoice, Order
from partners.models import Account, Entry, Payout, Transfer
from weintl.payments import states
from weintl.payments.models import (
    OFFLINE,
    Difference,
    Payment,
    ProviderPayout,
    ProviderPayoutItem,
    Reconciliation,
    Refund,
    Way,
)

Kind = Entry.Kind
# So many items under way are shown; the rest is counted and summed.
SHOWN = 100
# What moves the provider's account, in the order of the page: key, words, kinds of entries,
# and the admin's list of the rows that explain it.
PARTS: tuple[tuple[str, Any, frozenset[str], str], ...] = (
    ("sold", _("Sold"), frozenset({Kind.SALE, Kind.DEPOSIT}), "marketplace_order"),
    ("given", _("Given"), frozenset({Kind.GIFT}), "donations_gift"),
    (
        "refunded",
        _("Given back"),
        frozenset(
            {
                Kind.UNIT_REFUND,
                Kind.DEPOSIT_REFUND,
                Kind.SUSPENSE_REFUND,
                Kind.GIFT_REFUND,
                Kind.REFUND_FAILED,
            }
        ),
        "payments_refund",
    ),
    ("fees", _("Fees"), frozenset({Kind.FEE}), "payments_payment"),
    (
        "disputed",
        _("Disputed"),
        frozenset({Kind.DISPUTE_OPENED, Kind.DISPUTE_WON, Kind.DISPUTE_LOST}),
        "payments_dispute",
    ),
    (
        "banked",
        _("Sent to our bank"),
        frozenset({Kind.PROVIDER_PAYOUT, Kind.PROVIDER_PAYOUT_RETURNED}),
        "payments_providerpayout",
    ),
)
OTHER = ("other", _("Corrections"))
# Where money lies that came by a way, and what staff record of it by hand.
PLACES = {
    Way.PROVIDER: Account.Kind.PROVIDER,
    Way.CASH: Account.Kind.CASH_BOX,
    Way.BANK: Account.Kind.BANK,
}
BY_HAND = PARTS[0][2] | PARTS[2][2]
WORDS = {
    Way.CASH: _("Paid in cash, less what was given back in cash"),
    Way.BANK: _("Paid by bank transfer, less what was given back so"),
}
MOVED = """
SELECT a.kind, side.currency, e.kind, sum(side.amount)
FROM (
    SELECT debit_id AS account_id, entry_id, currency, amount, occurred_at FROM partners_transfer
    UNION ALL
    SELECT credit_id, entry_id, currency, -amount, occurred_at FROM partners_transfer
) side
JOIN partners_account a ON a.id = side.account_id AND a.kind IN ('provider', 'cash_box', 'bank')
JOIN partners_entry e ON e.id = side.entry_id
WHERE side.occurred_at <= %s
GROUP BY 1, 2, 3
"""
DISPUTED = """
SELECT row ->> 'currency', sum((row ->> 'net')::bigint)
FROM payments_dispute, jsonb_array_elements(balance_transactions) AS row
WHERE to_timestamp((row ->> 'created')::bigint) <= %s
GROUP BY 1
"""
Sums = Mapping[str, int]
Moved = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Claim:
    """One equality: what our rows say, what the ledger says; minor units."""

    label: Any
    rows: int | None
    ledger: int
    model: str = ""
    kinds: frozenset[str] = frozenset()

    @property
    def is_equal(self) -> bool:
        """Say whether both agree; what no rows explain is to be looked at if it is not zero."""
        return self.rows == self.ledger if self.rows is not None else self.ledger == 0


@dataclass(frozen=True, slots=True)
class Proof:
    """All claims of one currency up to its cut-off."""

    reconciliation: Reconciliation
    claims: Sequence[Claim]
    balance: Claim
    provider: Claim
    payouts: Sequence[Claim]
    differences: int
    # After the cut-off: what the ledger's account moved, and what it holds now.
    moved_since: int
    ledger_now: int

    @property
    def is_proved(self) -> bool:
        """Say whether every equality holds and no difference is open."""
        every = [*self.claims, self.balance, self.provider, *self.payouts]
        return all(claim.is_equal for claim in every) and not self.differences


@dataclass(frozen=True, slots=True)
class UnderWay:
    """What was not settled at the cut-off and what came since, item by item."""

    since: Sequence[Transfer]
    since_count: int
    payments: Sequence[Payment]
    refunds: Sequence[Refund]


def latest() -> list[Reconciliation]:
    """Return the newest comparison of each currency that the last run compared."""
    newest = Reconciliation.objects.order_by("-run_at", "-pk").values("run_at")[:1]
    return list(Reconciliation.objects.filter(run_at=newest).order_by("currency"))


def proofs(runs: Sequence[Reconciliation]) -> list[Proof]:
    """Return the proof of each currency; the same number of statements, whatever happened."""
    if not runs:
        return []
    until = runs[0].cut_off_at
    explained, places = _explained(until), _moved(until)
    moved = places.get(Account.Kind.PROVIDER, {})
    payouts, items = _payouts(until)
    paid, paid_in_ledger = _paid_to_programmes(until)
    open_ones = _open_differences()
    invoiced, by_hand = _invoiced(until), _by_hand(until)
    now = _ledger_now()
    found = []
    for run in runs:
        currency = run.currency
        claims = _claims(currency, explained=explained, moved=moved.get(currency, {}))
        held = sum(claim.ledger for claim in claims)
        ledger = run.ledger_balance if run.ledger_balance is not None else held
        found.append(
            Proof(
                reconciliation=run,
                claims=claims,
                balance=Claim(
                    _("In the ledger, at the provider"),
                    sum(claim.rows or 0 for claim in claims) + claims[-1].ledger,
                    held,
                ),
                provider=Claim(
                    _("What the provider says, with what it has not booked yet"),
                    run.provider_balance + run.in_flight,
                    ledger,
                ),
                payouts=(
                    Claim(
                        _("Payouts to our bank that were compared, and what is in them"),
                        items.get(currency, 0),
                        payouts.get(currency, 0),
                        "payments_providerpayout",
                    ),
                    Claim(
                        _("Paid to programmes, less what came back"),
                        paid.get(currency, 0),
                        paid_in_ledger.get(currency, 0),
                        "partners_payout",
                        frozenset({Kind.PAYOUT_PAID, Kind.PAYOUT_RETURNED}),
                    ),
                    Claim(
                        _("Invoices of what was sold"),
                        invoiced.get(currency, 0),
                        sum(_kinds(place, currency, [Kind.SALE]) for place in places.values()),
                        "marketplace_invoice",
                        frozenset({Kind.SALE}),
                    ),
                    *_claims_by_hand(currency, by_hand, places),
                ),
                differences=open_ones.get(currency, 0),
                moved_since=now.get(currency, 0) - held,
                ledger_now=now.get(currency, 0),
            )
        )
    return found


def _claims(
    currency: str, *, explained: Mapping[str, Sums], moved: Mapping[str, int]
) -> list[Claim]:
    claims = [
        Claim(
            label,
            explained[key].get(currency, 0),
            sum(moved.get(kind, 0) for kind in kinds),
            model,
            kinds,
        )
        for key, label, kinds, model in PARTS
    ]
    known = {kind for _key, _label, kinds, _model in PARTS for kind in kinds}
    rest = {kind: amount for kind, amount in moved.items() if kind not in known}
    return [*claims, Claim(OTHER[1], None, sum(rest.values()), "", frozenset(rest))]


def _claims_by_hand(
    currency: str, by_hand: Mapping[tuple[str, str], int], places: Mapping[str, Moved]
) -> Iterator[Claim]:
    """Claim what staff recorded, where there is any."""
    for way, words in WORDS.items():
        ledger = _kinds(places.get(PLACES[way], {}), currency, BY_HAND)
        if ledger or (way, currency) in by_hand:
            rows = by_hand.get((way, currency), 0)
            yield Claim(words, rows, ledger, "payments_payment", BY_HAND)


def _kinds(moved: Moved, currency: str, kinds: Iterable[str]) -> int:
    """Return what entries of some kinds moved at one place."""
    return sum(moved.get(currency, {}).get(kind, 0) for kind in kinds)


def _by_currency(rows: QuerySet[Any], amount: Any, currency: str = "currency") -> dict[str, int]:
    sums = rows.order_by().values_list(currency).annotate(total=Sum(amount))
    return {code: int(total or 0) for code, total in sums}


def _less(left: Sums, right: Sums) -> dict[str, int]:
    return {code: left.get(code, 0) - right.get(code, 0) for code in {*left, *right}}


def _explained(until: datetime) -> dict[str, Sums]:
    """Return, for each part and currency, what our own rows say that moved up to then."""
    paid = _paid(until) | {"payment__way": Way.PROVIDER}
    refunds = Refund.objects.filter(
        Q(state__in=states.LEFT) | Q(state=Refund.State.FAILED),
        way=Way.PROVIDER,
        refunded_at__lte=until,
    ).exclude(state=Refund.State.FAILED, failed_at__lte=until)
    fees = Payment.objects.filter(state=Payment.State.SUCCEEDED, settled_at__lte=until)
    left = ProviderPayout.objects.filter(settled_at__lte=until)
    with connection.cursor() as cursor:
        cursor.execute(DISPUTED, [until])
        disputed = {code: int(total) for code, total in cursor.fetchall()}
    return {
        "sold": _by_currency(Order.objects.filter(**paid), "total_amount"),
        "given": _by_currency(Gift.objects.filter(**paid), F("amount") + F("fee_cover_amount")),
        "refunded": _less({}, _by_currency(refunds, "amount")),
        "fees": _less({}, _by_currency(fees, "fee_amount", "settled_currency")),
        "disputed": disputed,
        "banked": _less({}, _by_currency(left.exclude(failed_at__lte=until), "amount")),
    }


def _paid(until: datetime) -> dict[str, Any]:
    return {"payment__state": Payment.State.SUCCEEDED, "payment__succeeded_at__lte": until}


def _moved(until: datetime) -> dict[str, Moved]:
    """Return what came and went where money lies, by kind of account, currency, kind of entry."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(MOVED, [until])
        for place, currency, kind, amount in cursor.fetchall():
            found.setdefault(place, {}).setdefault(currency, {})[kind] = int(amount)
    return found  # type: ignore[return-value]


def _payouts(until: datetime) -> tuple[Sums, Sums]:
    compared = ProviderPayout.objects.filter(itemised_at__isnull=False, settled_at__lte=until)
    items = ProviderPayoutItem.objects.filter(provider_payout__in=compared)
    return _by_currency(compared, "amount"), _by_currency(items, "net_amount")


def _invoiced(until: datetime) -> Sums:
    """Return what was invoiced for payments up to then."""
    rows = Invoice.objects.filter(
        kind=Invoice.Kind.INVOICE,
        order__payment__state=Payment.State.SUCCEEDED,
        order__payment__succeeded_at__lte=until,
    )
    return _by_currency(rows, "total_amount")


def _by_hand(until: datetime) -> dict[tuple[str, str], int]:
    """Return what was paid by hand less what went back, by way and currency, from our rows."""
    paid = Payment.objects.filter(
        way__in=OFFLINE, state=Payment.State.SUCCEEDED, succeeded_at__lte=until
    )
    gone = Refund.objects.filter(way__in=OFFLINE, state__in=states.LEFT, refunded_at__lte=until)
    found: dict[tuple[str, str], int] = {}
    for rows, sign in ((paid, 1), (gone, -1)):
        sums = rows.order_by().values_list("way", "currency").annotate(total=Sum("amount"))
        for way, currency, total in sums:
            key = (way, currency)
            found[key] = found.get(key, 0) + sign * int(total)
    return found


def _paid_to_programmes(until: datetime) -> tuple[Sums, Sums]:
    """Return what reached programmes less what came back: by our rows, and as booked."""
    rows = Payout.objects.filter(
        state__in=[Payout.State.PAID, Payout.State.RETURNED], closed_at__lte=until
    )
    booked = Transfer.objects.filter(occurred_at__lte=until)
    there = booked.filter(entry__kind=Kind.PAYOUT_PAID, debit__kind=Account.Kind.PAYOUT_TRANSIT)
    back = booked.filter(entry__kind=Kind.PAYOUT_RETURNED, credit__kind=Account.Kind.PAYOUT_TRANSIT)
    returned = rows.filter(returned_at__lte=until)
    return (
        _less(_by_currency(rows, "amount"), _by_currency(returned, "amount")),
        _less(_by_currency(there, "amount"), _by_currency(back, "amount")),
    )


def _open_differences() -> dict[str, int]:
    rows = Difference.objects.filter(resolved_at=None).order_by().values_list("currency")
    found: dict[str, int] = {}
    for (currency,) in rows:
        found[currency] = found.get(currency, 0) + 1
    return found


def _ledger_now() -> Sums:
    rows = Account.objects.filter(kind=Account.Kind.PROVIDER)
    return _by_currency(rows, F("debits") - F("credits"))


def under_way(runs: Sequence[Reconciliation]) -> UnderWay:
    """Return what was not settled at the cut-off and what has come since, newest first."""
    until = runs[0].cut_off_at
    held = Q(debit__kind=Account.Kind.PROVIDER) | Q(credit__kind=Account.Kind.PROVIDER)
    since = Transfer.objects.filter(held, occurred_at__gt=until)
    later = Q(settled_at=None) | Q(settled_at__gt=until)
    online = Payment.objects.filter(later, way=Way.PROVIDER, succeeded_at__lte=until)
    payments = online.order_by("-succeeded_at")
    refunds = Refund.objects.filter(
        later, way=Way.PROVIDER, refunded_at__lte=until, state__in=states.LEFT
    )
    return UnderWay(
        since=list(
            since.select_related("entry", "debit", "credit").order_by("-occurred_at", "-pk")[:SHOWN]
        ),
        since_count=since.count(),
        payments=list(payments[:SHOWN]),
        refunds=list(refunds.select_related("payment").order_by("-refunded_at")[:SHOWN]),
    )
