"""What leaves the provider for our bank stands in the ledger once, and comes back once."""

from datetime import date, timedelta

import pytest

from partners import accounts, ledger
from partners.banking import ProviderPayoutBooks, sent_key
from partners.models import Entry
from weintl.payments.models import ProviderPayout

pytestmark = pytest.mark.django_db

BANK, PROVIDER = accounts.bank("usd"), accounts.provider("usd")


@pytest.fixture
def payout(now):
    return ProviderPayout.objects.create(
        payout_id="po_1",
        state="paid",
        amount=3854,
        currency="usd",
        created_at=now,
        arrives_on=date(2026, 11, 26),
        balance_transaction_id="txn_1",
        settled_at=now,
    )


def test_a_payout_moves_money_from_the_provider_to_the_bank_once(payout, now):
    for _ in range(2):
        ProviderPayoutBooks().left(payout, now=now)
    assert (ledger.balance(BANK), ledger.balance(PROVIDER)) == (3854, -3854)
    entry = Entry.objects.get()
    assert (entry.source_key, entry.kind) == (sent_key(payout), "provider_payout")
    assert entry.meta == {"to_bank": "po_1"}


def test_a_payout_that_came_back_is_undone_once(payout, now):
    books, later = ProviderPayoutBooks(), now + timedelta(days=2)
    books.left(payout, now=now)
    for _ in range(2):
        books.came_back(payout, now=later)
    assert (ledger.balance(BANK), ledger.balance(PROVIDER)) == (0, 0)
    assert Entry.objects.get(reverses__isnull=False).occurred_at == later


def test_a_debt_is_taken_from_the_bank(payout, now):
    payout.amount = -500
    ProviderPayoutBooks().left(payout, now=now)
    assert (ledger.balance(BANK), ledger.balance(PROVIDER)) == (-500, 500)
