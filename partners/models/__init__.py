"""Partners, programmes, split rules and the ledger."""

from .allocations import Allocation
from .bank import BankDetails
from .cash import CashCount, CashTransfer
from .closing import ClosedMonth
from .ledger import Account, Attributed, Entry, Maturity, Seal, Transfer
from .payouts import Payout, PayoutItem
from .programmes import Partner, Programme, SplitRule
from .records import Agreement, Contact, Document, DueDiligence, StatusChange
from .statements import BankFile, BankFilePayout, Statement, StatementLine
from .uses import PROGRAMME_USES, Pillar, Use

__all__ = [
    "PROGRAMME_USES",
    "Account",
    "Agreement",
    "Allocation",
    "Attributed",
    "BankDetails",
    "BankFile",
    "BankFilePayout",
    "CashCount",
    "CashTransfer",
    "ClosedMonth",
    "Contact",
    "Document",
    "DueDiligence",
    "Entry",
    "Maturity",
    "Partner",
    "Payout",
    "PayoutItem",
    "Pillar",
    "Programme",
    "Seal",
    "SplitRule",
    "Statement",
    "StatementLine",
    "StatusChange",
    "Transfer",
    "Use",
]
