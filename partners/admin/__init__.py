"""Partners and the ledger in the admin."""

from .allocations import AllocationAdmin
from .bank import BankDetailsAdmin
from .bank_files import BankFileAdmin
from .cash import CashCountAdmin, CashTransferAdmin
from .closing import ClosedMonthAdmin
from .ledger import AccountAdmin, EntryAdmin, MaturityAdmin, SealAdmin, TransferAdmin
from .partners import PartnerAdmin
from .payouts import PayoutAdmin
from .programmes import ProgrammeAdmin, SplitRuleAdmin
from .records import AgreementAdmin, DocumentAdmin, DueDiligenceAdmin
from .statements import StatementAdmin

__all__ = [
    "AccountAdmin",
    "AgreementAdmin",
    "AllocationAdmin",
    "BankDetailsAdmin",
    "BankFileAdmin",
    "CashCountAdmin",
    "CashTransferAdmin",
    "ClosedMonthAdmin",
    "DocumentAdmin",
    "DueDiligenceAdmin",
    "EntryAdmin",
    "MaturityAdmin",
    "PartnerAdmin",
    "PayoutAdmin",
    "ProgrammeAdmin",
    "SealAdmin",
    "SplitRuleAdmin",
    "StatementAdmin",
    "TransferAdmin",
]
