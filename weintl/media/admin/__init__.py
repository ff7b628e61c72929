"""Pictures and consents in the admin."""

from .consents import ConsentRecordAdmin, WithdrawalAdmin
from .pictures import PictureAdmin

__all__ = ["ConsentRecordAdmin", "PictureAdmin", "WithdrawalAdmin"]
