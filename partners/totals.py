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

# What one use of a programme got in one quarter, and who paid for it: the e-mail addresses of
# payments of which nothing went back, each as a number that says nothing else. All that came
# without an address counts as one person; allocations and corrections are nobody's.
CELLS = """
WITH legs AS (
    SELECT t.credit_id AS account, t.debit_id AS other, t.amount, t.accounted_on, t.entry_id
    FROM partners_transfer t
    UNION ALL
    SELECT t.debit_id, t.credit_id, -t.amount, t.accounted_on, NULL
    FROM partners_transfer t
)
SELECT a.currency, a.programme_id,
       CASE a.kind WHEN 'maker_payable' THEN 'artisan_pay' ELSE a.use END AS use,
       date_trunc('quarter', leg.accounted_on)::date AS quarter,
       sum(leg.amount)::bigint,
       coalesce(
           array_agg(DISTINCT hashtextextended(coalesce(lower(p.email), e.payment), 0))
               FILTER (WHERE e.payment IS NOT NULL AND coalesce(p.refunded_amount, 0) = 0),
           '{}'
       )
FROM legs leg
JOIN partners_account a ON a.id = leg.account AND a.kind IN ('maker_payable', 'fund')
JOIN partners_account o ON o.id = leg.other AND o.kind <> 'payout_transit'
LEFT JOIN LATERAL (
    -- Pieces of before the payment stood beside them were sold together in one transaction.
    SELECT coalesce(e.meta ->> 'payment', 'transaction ' || e.transaction_id) AS payment
    FROM partners_entry e
    WHERE e.id = leg.entry_id AND e.kind IN ('sale', 'unit_split', 'gift')
) e ON true
LEFT JOIN payments_payment p ON p.public_id = CASE
    WHEN e.payment ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN e.payment::uuid
END
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
        for currency, owner, use, quarter, amount, payers in cursor.fetchall():
            cell = Cell(owner, use, quarter, amount, frozenset(payers))
            cells.setdefault(currency, []).append(cell)
    found = {
        currency: publish(rows, at_least=PUBLIC_TOTALS_FROM) for currency, rows in cells.items()
    }
    with _lock:
        _last.update(newest=newest, until=time.monotonic() + LIFETIME_SECONDS, totals=found)
    return found
