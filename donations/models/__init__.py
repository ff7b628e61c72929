"""Gifts, funds, donors, receipts, yearly statements, and the way to a donor's page."""

from .campaigns import Campaign, CampaignTally, CampaignUpdate
from .consents import MailConsent
from .donors import Donor, DonorMerge
from .gifts import Fund, Gift, GiftRefund
from .guard import GuardChange
from .offline import OfflineBatch, OfflineGift
from .plans import Plan, PlanChange
from .portal import DonorLink, DonorVisit
from .receipts import Receipt, ReceiptDonor, ReceiptVoid
from .suggestions import Suggestion
from .tributes import Tribute
from .years import YearLine, YearStatement

__all__ = [
    "Campaign",
    "CampaignTally",
    "CampaignUpdate",
    "Donor",
    "DonorLink",
    "DonorMerge",
    "DonorVisit",
    "Fund",
    "Gift",
    "GiftRefund",
    "GuardChange",
    "MailConsent",
    "OfflineBatch",
    "OfflineGift",
    "Plan",
    "PlanChange",
    "Receipt",
    "ReceiptDonor",
    "ReceiptVoid",
    "Suggestion",
    "Tribute",
    "YearLine",
    "YearStatement",
]
