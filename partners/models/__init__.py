"""Partners, programmes, split rules and the ledger."""

from .bank import BankDetails
from .closing import ClosedMonth
from .ledger import Account, Entry, Maturity, Seal, Transfer
from .payouts import Payout, PayoutItem
from .programmes import Partner, Programme, SplitRule
from .uses import PROGRAMME_USES, Pillar, Use

__all__ = [
    "PROGRAMME_USES",
    "Account",
    "BankDetails",
    "ClosedMonth",
    "Entry",
    "Maturity",
    "Partner",
    "Payout",
    "PayoutItem",
    "Pillar",
    "Programme",
    "Seal",
    "SplitRule",
    "Transfer",
    "Use",
]
