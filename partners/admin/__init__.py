"""Partners and the ledger in the admin."""

from .allocations import AllocationAdmin
from .bank import BankDetailsAdmin
from .bank_files import BankFileAdmin
from .closing import ClosedMonthAdmin
from .ledger import AccountAdmin, EntryAdmin, MaturityAdmin, SealAdmin, TransferAdmin
from .payouts import PayoutAdmin
from .programmes import PartnerAdmin, ProgrammeAdmin, SplitRuleAdmin
from .statements import StatementAdmin

__all__ = [
    "AccountAdmin",
    "AllocationAdmin",
    "BankDetailsAdmin",
    "BankFileAdmin",
    "ClosedMonthAdmin",
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
