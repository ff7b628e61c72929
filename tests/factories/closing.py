"""Books of one month that nothing keeps from being closed."""

from datetime import UTC, date, datetime

from partners import accounts, ledger
from partners.ledger import Draft, Leg
from partners.models import Entry, Seal
from weintl.payments.models import Reconciliation

MARCH = date(2026, 3, 1)
IN_MARCH = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
IN_APRIL = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)


def book(key: str, at: datetime, amount: int = 500) -> Entry:
    """Write one entry, provider ← sales."""
    legs = [Leg(accounts.provider("usd"), accounts.sales("usd"), amount)]
    (entry,) = ledger.post([Draft("sale", key, at, legs)])
    return entry


def sealed(entry: Entry) -> Entry:
    """Give it a link of the chain, without waiting for its transaction to end."""
    position = Seal.objects.count() + 1
    digest = f"{position:064d}"
    Seal.objects.create(entry=entry, position=position, digest=digest, sealed_at=entry.recorded_at)
    return entry


def all_sealed() -> None:
    """Give every entry its link, whatever transactions of a neighbour in the cluster run."""
    for entry in Entry.objects.filter(seal=None).order_by("pk"):
        sealed(entry)


def compared(until: datetime) -> Reconciliation:
    """Say that everything up to then was compared with the provider."""
    return Reconciliation.objects.create(
        currency="usd", from_at=IN_MARCH, cut_off_at=until, run_at=until, is_equal=True
    )
