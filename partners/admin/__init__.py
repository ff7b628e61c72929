"""Partners and the ledger in the admin."""

from .allocations import AllocationAdmin
from .ledger import AccountAdmin, EntryAdmin, MaturityAdmin, SealAdmin, TransferAdmin
from .programmes import PartnerAdmin, ProgrammeAdmin, SplitRuleAdmin

__all__ = [
    "AccountAdmin",
    "AllocationAdmin",
    "EntryAdmin",
    "MaturityAdmin",
    "PartnerAdmin",
    "ProgrammeAdmin",
    "SealAdmin",
    "SplitRuleAdmin",
    "TransferAdmin",
]
