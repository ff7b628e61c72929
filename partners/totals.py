"""The ledger's sums by programme, use and quarter, as far as they may be shown.

Attributed is what was credited to a programme's funds and to its makers, less what was taken
back. Money that is paid out of them was attributed before, so payouts do not count. What may be
shown: hiding.py. How each number is computed is told on the page itself and in docs/money.md.
"""

import time
from threading import Lock
from typing import Any

from django.db import connection
from django.db.models import Max

from .hiding import Cell, Published, publish
from .models import Transfer
from .models.ledger import PUBLIC_TOTALS_FROM

# What one use of a programme got in one quarter, and how many entries brought it. A reversal
# gives back what an entry took, and an entry that takes brings nothing: neither is counted.
CELLS = """
SELECT a.currency, a.programme_id,
       CASE a.kind WHEN 'maker_payable' THEN 'artisan_pay' ELSE a.use END AS use,
       date_trunc('quarter', leg.accounted_on)::date AS quarter,
       sum(leg.amount)::bigint, count(DISTINCT leg.brings)
FROM (
    SELECT t.credit_id AS account, t.debit_id AS other, t.amount, t.accounted_on,
           CASE WHEN r.id IS NULL THEN t.entry_id END AS brings
    FROM partners_transfer t
    LEFT JOIN partners_entry r ON r.id = t.entry_id AND r.reverses_id IS NOT NULL
    UNION ALL
    SELECT t.debit_id, t.credit_id, -t.amount, t.accounted_on, NULL
    FROM partners_transfer t
) leg
JOIN partners_account a ON a.id = leg.account AND a.kind IN ('maker_payable', 'fund')
JOIN partners_account o ON o.id = leg.other AND o.kind <> 'payout_transit'
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2 NULLS LAST, 3, 4
"""
# A memory of one set of totals: a page that nobody pays for may not sum the books each time.
LIFETIME_SECONDS = 60
_lock = Lock()
_last: dict[str, Any] = {"newest": None, "until": 0.0, "totals": {}}


def totals() -> dict[str, Published]:
    """Return {currency: what may be shown}; at most a minute old, two statements at most."""
    newest = Transfer.objects.aggregate(newest=Max("pk"))["newest"]
    with _lock:
        if newest == _last["newest"] and time.monotonic() < _last["until"]:
            return dict(_last["totals"])
    cells: dict[str, list[Cell]] = {}
    with connection.cursor() as cursor:
        cursor.execute(CELLS)
        for currency, *cell in cursor.fetchall():
            cells.setdefault(currency, []).append(Cell(*cell))
    found = {
        currency: publish(rows, at_least=PUBLIC_TOTALS_FROM) for currency, rows in cells.items()
    }
    with _lock:
        _last.update(newest=newest, until=time.monotonic() + LIFETIME_SECONDS, totals=found)
    return found
