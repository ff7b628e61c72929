"""Partners, programmes, split rules and the ledger."""

from .ledger import Account, Entry, Maturity, Seal, Transfer
from .programmes import Partner, Programme, SplitRule
from .uses import PROGRAMME_USES, Pillar, Use

__all__ = [
    "PROGRAMME_USES",
    "Account",
    "Entry",
    "Maturity",
    "Partner",
    "Pillar",
    "Programme",
    "Seal",
    "SplitRule",
    "Transfer",
    "Use",
]
