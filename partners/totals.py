"""The ledger's sums by programme, use and quarter, as far as they may be shown.

Attributed is what was credited to a programme's funds and to its makers, less what was taken
back. Money that is paid out of them was attributed before, so payouts do not count. What may be
shown: hiding.py. How each number is computed is told on the page itself and in docs/money.md.
"""

import time
from datetime import date
from threading import Lock
from typing import Any

from django.db import connection
from django.db.models import Max

from .hiding import Cell, Owner, Published, publish
from .models import Transfer
from .models.ledger import PUBLIC_TOTALS_FROM

Place = tuple[Owner, str, date]
# Of one account and quarter what came, and who paid for it: the e-mail addresses of payments of
# which nothing went back, each as a number that says nothing else. All that came without an address
# counts as one person; allocations and corrections are nobody's. Few payments of each are kept:
# who is found among them counts, which may be too few and never too many.
CELLS = """
WITH kept AS MATERIALIZED (
    SELECT s.id, key FROM partners_attributed s, unnest(s.payments) AS key WHERE s.amount <> 0
), people AS MATERIALIZED (
    SELECT each.key, hashtextextended(coalesce(lower(p.email), each.key), 0) AS person
    FROM (SELECT DISTINCT key FROM kept) each
    LEFT JOIN payments_payment p
        ON p.public_id = CASE WHEN length(each.key) = 36 THEN each.key::uuid END
    WHERE coalesce(p.refunded_amount, 0) = 0
)
SELECT a.currency, a.programme_id,
       CASE a.kind WHEN 'maker_payable' THEN 'artisan_pay' ELSE a.use END AS use,
       s.quarter, s.amount, coalesce(paid.people, '{}')
FROM partners_attributed s
JOIN partners_account a ON a.id = s.account_id
LEFT JOIN (
    SELECT kept.id, array_agg(people.person) AS people
    FROM kept JOIN people ON people.key = kept.key GROUP BY 1
) paid ON paid.id = s.id
WHERE s.amount <> 0
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
    found = {
        currency: publish(rows, at_least=PUBLIC_TOTALS_FROM) for currency, rows in cells().items()
    }
    with _lock:
        _last.update(newest=newest, until=time.monotonic() + LIFETIME_SECONDS, totals=found)
    return found


def cells() -> dict[str, list[Cell]]:
    """Return {currency: what came to each use of each programme in each quarter}; one query."""
    found: dict[str, dict[Place, Cell]] = {}
    with connection.cursor() as cursor:
        cursor.execute(CELLS)
        for currency, owner, use, quarter, amount, payers in cursor.fetchall():
            rows, place = found.setdefault(currency, {}), (owner, use, quarter)
            # Pay to the makers has two accounts: what they are owed, and gifts for it.
            other = rows.get(place, Cell(*place, 0, frozenset()))
            people = other.payers.union(payers)
            rows[place] = Cell(*place, other.amount + amount, people)
    return {currency: list(rows.values()) for currency, rows in found.items()}
