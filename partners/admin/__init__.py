"""Partners and the ledger in the admin."""

from .ledger import AccountAdmin, EntryAdmin, MaturityAdmin, SealAdmin, TransferAdmin
from .programmes import PartnerAdmin, ProgrammeAdmin, SplitRuleAdmin

__all__ = [
    "AccountAdmin",
    "EntryAdmin",
    "MaturityAdmin",
    "PartnerAdmin",
    "ProgrammeAdmin",
    "SealAdmin",
    "SplitRuleAdmin",
    "TransferAdmin",
]
