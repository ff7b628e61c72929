"""How many pieces of a variant may still be sold, as expressions over its row."""

from django.db.models import F
from django.db.models.functions import Coalesce

# What of a variant nobody has bought or holds; nothing for one that never had a piece.
FREE = Coalesce(
    F("stock__owned")
    + F("stock__consigned")
    + F("stock__backorder_limit")
    - F("stock__held")
    - F("stock__allocated"),
    0,
)
# The same without those that are still to be made.
ON_SHELF = Coalesce(
    F("stock__owned") + F("stock__consigned") - F("stock__held") - F("stock__allocated"), 0
)
