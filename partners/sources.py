"""Where an entry of the ledger came from: the admin's list of the rows that its key names."""

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

# First word of a source key -> the admin's list and the column that the second word is in.
SOURCES = {
    "payment": ("payments_payment", "public_id__exact"),
    "refund": ("payments_refund", "id__exact"),
    "dispute": ("payments_dispute", "dispute_id__exact"),
    "unit": ("marketplace_order", "lines__units__id__exact"),
    "to_bank": ("payments_providerpayout", "payout_id__exact"),
    "allocation": ("partners_allocation", "id__exact"),
    "payout": ("partners_payout", "number__exact"),
}
SOURCE_WORDS = {
    "payment": _("payment"),
    "refund": _("refund"),
    "dispute": _("dispute"),
    "unit": _("order"),
    "to_bank": _("payout to our bank"),
    "allocation": _("allocation"),
    "payout": _("payout"),
}


def source_address(source_key: str) -> str:
    """Return the admin's address of what an entry came from; empty where there is none."""
    first, _slash, rest = source_key.partition("/")
    number = rest.partition("/")[0]
    if first not in SOURCES or not number:
        return ""
    model, column = SOURCES[first]
    try:
        return f"{reverse(f'admin:{model}_changelist')}?{urlencode({column: number})}"
    except NoReverseMatch:
        return ""
