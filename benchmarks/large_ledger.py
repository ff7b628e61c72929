"""Write a large ledger past the triggers, as nothing else may, and time the project's readers."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.test import Client

from partners import available, hiding, invariants, statements, totals, trial_balance
from partners.models import Programme
from partners.models.ledger import PUBLIC_TOTALS_FROM
from tests.factories.partners import ProgrammeFactory
from weintl.accounts.models import User

PROGRAMMES = 50
PAYERS = 100_000
# An entry has three transfers: a sale, its maker pay, its share.
EACH = 3
RUNS = 5
FIRST_DAY = date(2022, 1, 1)
DAYS = 1_750
# Loading stops with an error rather than fill a busy machine for ever.
LOAD_SECONDS = 900
USES = "ARRAY['long_term_care', 'education', 'medical_psychological', 'legal_aid']"

ACCOUNTS = """
INSERT INTO partners_account
    (code, kind, currency, programme_id, use, is_credit_normal, has_floor, debits, credits)
SELECT kind || ':usd', kind, 'usd', NULL, '', kind = 'sales', false, 0, 0
    FROM unnest(ARRAY['provider', 'sales', 'artisan_cost', 'programme_cost']) AS kind
UNION ALL
SELECT 'maker_payable:usd:' || p.code, 'maker_payable', 'usd', p.id, '', true, true, 0, 0
    FROM partners_programme p
UNION ALL
SELECT 'fund:usd:' || p.code || ':' || use, 'fund', 'usd', p.id, use, true, false, 0, 0
    FROM partners_programme p, unnest({uses}) AS use
"""
ENTRIES = """
INSERT INTO partners_entry
    (id, kind, source_key, occurred_at, recorded_at, accounted_on, meta, transaction_id)
SELECT n, 'sale', 'bench/' || n || '/paid', at, at, at::date,
    jsonb_build_object('payment', md5((n % {payers})::text)::uuid), 1
FROM (
    SELECT n, timestamptz '{first} 00:00+00'
        + (n::float8 / {all} * {days}) * interval '1 day' AS at
    FROM generate_series({low}, {high}) AS n
) rows
"""
# Each pays many times: people are told apart by the addresses of their payments.
PAYMENTS = """
INSERT INTO payments_payment (public_id, purpose, reference, state, amount, currency,
    refunded_amount, email, language, settled_currency, session_url, failure_code, key_number,
    checks, created_at, succeeded_at)
SELECT md5(n::text)::uuid, 'order', 'bench-' || n, 'succeeded', 5000, 'usd',
    CASE n % 50 WHEN 0 THEN 1 ELSE 0 END,
    n || '@example.org', 'en', 'usd', '', '', 0, 0, now(), now()
FROM generate_series(0, {payers} - 1) AS n
"""
QUARTERS = """
INSERT INTO partners_attributed (account_id, quarter, amount, payments)
SELECT t.credit_id, date_trunc('quarter', t.accounted_on::timestamp)::date, sum(t.amount),
    (array_agg(md5((t.entry_id % {payers})::text)::uuid::text))[:20]
FROM partners_transfer t JOIN partners_account a ON a.id = t.credit_id
WHERE a.kind IN ('maker_payable', 'fund')
GROUP BY 1, 2
"""
# One programme was paid all but its last two months, as is usual.
PAID = """
WITH payout AS (
    INSERT INTO partners_payout (number, programme_id, currency, period, cut_off, amount, state,
        proposed_at, submitted_by_id, submitted_at, approved_by_id, approved_at, bank_details_id,
        bank_masked, bank_reference, bank_fee, closed_at, paid_on, is_single_handed,
        return_reference, return_fee, reason)
    SELECT 'bench', {programme}, 'usd', '{day}', '{day}', 1, 'paid', now(), 1, now(), 1, now(), 1,
        '', 'bench', 0, now(), '{day}', true, '', 0, ''
    RETURNING id
)
INSERT INTO partners_payoutitem (payout_id, transfer_id, account_id, amount, is_live, reason)
SELECT payout.id, t.id, t.credit_id, t.amount, true, ''
FROM payout, partners_transfer t JOIN partners_account a ON a.id = t.credit_id
WHERE a.programme_id = {programme} AND t.occurred_at < date '{day}' - 62
"""
MOVED = """
WITH codes AS (
    SELECT array_agg(id) FILTER (WHERE kind = 'maker_payable') AS makers,
        array_agg(id) FILTER (WHERE kind = 'fund') AS funds,
        min(id) FILTER (WHERE kind = 'provider') AS provider,
        min(id) FILTER (WHERE kind = 'sales') AS sales,
        min(id) FILTER (WHERE kind = 'artisan_cost') AS artisan_cost,
        min(id) FILTER (WHERE kind = 'programme_cost') AS programme_cost
    FROM partners_account
)
INSERT INTO partners_transfer
    (id, entry_id, debit_id, credit_id, amount, currency, occurred_at, accounted_on)
SELECT (e.id - 1) * {each} + leg, e.id,
    CASE leg WHEN 1 THEN provider WHEN 2 THEN artisan_cost ELSE programme_cost END,
    CASE leg WHEN 1 THEN sales WHEN 2 THEN makers[1 + e.id % array_length(makers, 1)]
        ELSE funds[1 + (e.id * 7) % array_length(funds, 1)] END,
    100 + e.id % 9000, 'usd', e.occurred_at, e.accounted_on
FROM codes, partners_entry e, generate_series(1, {each}) AS leg
WHERE e.id BETWEEN {low} AND {high}
"""
BALANCES = """
UPDATE partners_account a SET debits = coalesce(d.total, 0), credits = coalesce(c.total, 0)
FROM partners_account x
LEFT JOIN (SELECT debit_id, sum(amount) AS total FROM partners_transfer GROUP BY 1) d
    ON d.debit_id = x.id
LEFT JOIN (SELECT credit_id, sum(amount) AS total FROM partners_transfer GROUP BY 1) c
    ON c.credit_id = x.id
WHERE a.id = x.id
"""
PERIOD = """
SELECT a.code,
    sum(s.amount) FILTER (WHERE s.accounted_on < %(since)s),
    sum(s.amount) FILTER (WHERE s.accounted_on >= %(since)s),
    count(*) FILTER (WHERE s.accounted_on >= %(since)s)
FROM partners_account a
CROSS JOIN LATERAL (
    SELECT amount, accounted_on FROM partners_transfer
        WHERE credit_id = a.id AND accounted_on <= %(until)s
    UNION ALL
    SELECT -amount, accounted_on FROM partners_transfer
        WHERE debit_id = a.id AND accounted_on <= %(until)s
) s
WHERE a.programme_id = %(programme)s
GROUP BY 1
"""


@dataclass(frozen=True)
class Measured:
    """What took how long, in milliseconds, and how long it may."""

    name: str
    took: float
    goal: float


def _run(sql: str, values: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def load(transfers: int) -> None:
    """Write entries, transfers and kept balances, past the triggers, then the indexes.

    Raises RuntimeError where it takes longer than LOAD_SECONDS.
    """
    began = time.monotonic()
    for number in range(PROGRAMMES):
        ProgrammeFactory(code=f"bench-{number:02d}")
    _run("SET session_replication_role = replica")
    _run("SET synchronous_commit = off")
    _run("SET maintenance_work_mem = '256MB'")
    _run(ACCOUNTS.format(uses=USES))
    _run(PAYMENTS.format(payers=PAYERS))
    indexes = _without_indexes()
    entries, step = transfers // EACH, 250_000
    for low in range(1, entries + 1, step):
        if time.monotonic() - began > LOAD_SECONDS:
            raise RuntimeError(f"Loading took more than {LOAD_SECONDS} s.")
        span = {"low": low, "high": min(low + step - 1, entries)}
        _run(ENTRIES.format(all=entries, days=DAYS, first=FIRST_DAY, payers=PAYERS, **span))
        _run(MOVED.format(each=EACH, **span))
    loaded = time.monotonic() - began
    for definition in indexes:
        _run(definition)
    _run(BALANCES)
    _run(QUARTERS.format(payers=PAYERS))
    _run("SET session_replication_role = origin")
    _run(
        "VACUUM (ANALYZE) partners_transfer, partners_entry, partners_account,"
        " partners_attributed, payments_payment"
    )
    count = _run("SELECT count(*) FROM partners_transfer")[0][0]
    size = _run("SELECT pg_total_relation_size('partners_transfer')")[0][0] / 2**30
    print(
        f"{count:,} transfers written in {loaded:.0f} s, "
        f"indexed and swept in {time.monotonic() - began - loaded:.0f} s, {size:.2f} GiB"
    )


def _without_indexes() -> list[str]:
    """Drop the indexes that no constraint needs; return what makes them again."""
    rows = _run("""
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
        FROM pg_index i
        WHERE i.indrelid IN ('partners_transfer'::regclass, 'partners_entry'::regclass)
            AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
    """)
    for name, _definition in rows:
        _run(f"DROP INDEX {name}")
    return [definition for _name, definition in rows]


def median(call: Callable[[], Any]) -> float:
    """Return the median of RUNS calls, after one that warms up, in milliseconds."""
    call()
    took = []
    for _number in range(RUNS):
        began = time.perf_counter()
        call()
        took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)


def in_database(call: Callable[[], Any]) -> float:
    """Return the median of what `call` spends in the database, in milliseconds."""
    call()
    took = []
    for _number in range(RUNS):
        spent: list[float] = []

        def clocked(execute: Any, *rest: Any, spent: list[float] = spent) -> Any:
            began = time.perf_counter()
            try:
                return execute(*rest)
            finally:
                spent.append(1000 * (time.perf_counter() - began))

        with connection.execute_wrapper(clocked):
            call()
        took.append(sum(spent))
    return statistics.median(took)


def readings() -> Iterator[Measured]:
    """Yield what each reading takes. Raises RuntimeError where one fails or books differ."""
    last = date.fromordinal(FIRST_DAY.toordinal() + DAYS - 40)
    month = {"since": last.replace(day=1), "until": last}
    programme = _run("SELECT min(id) FROM partners_programme")[0][0]
    yield Measured(
        "a programme's month, as a statement sums it",
        median(lambda: _run(PERIOD, {**month, "programme": programme})),
        1000,
    )
    yield from _payouts(Programme.objects.get(pk=programme), last)
    yield Measured("sums of the impact page, cold", median(_public), 1000)
    yield Measured("trial balance, now", median(lambda: trial_balance.of(until=last)), 3000)
    yield Measured("trial balance, a month", median(lambda: trial_balance.of(**month)), 3000)
    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.create_superuser("bench@example.org", "measured only once"))
    for code in ("provider:usd", f"fund:usd:bench-{7:02d}:education"):
        (account,) = _run("SELECT id FROM partners_account WHERE code = %s", [code])[0]
        for words, address in (
            (f"page of {code}", f"/admin/partners/account/{account}/change/"),
            (f"transfers of {code}", f"/admin/partners/transfer/?account={account}"),
        ):
            yield Measured(words, in_database(lambda at=address: _ask(client, at)), 100)
    yield Measured(
        "kept and recomputed balances compared",
        median(lambda: _no_breach(list(invariants.check_kept_balances()))),
        60_000,
    )


def _payouts(programme: Programme, last: date) -> Iterator[Measured]:
    """Yield what a programme's payout and statement take: of a month, and of all years."""
    until = datetime.combine(last, datetime.min.time(), UTC)
    _run("SET session_replication_role = replica")
    _run(PAID.format(programme=programme.pk, day=last))
    _run("SET session_replication_role = origin")
    _run("VACUUM (ANALYZE) partners_payoutitem")
    yield Measured(
        "claims of a programme, two months unpaid",
        median(lambda: available.claims(cut_off=until, programme_id=programme.pk)),
        1000,
    )
    who = User.objects.create_superuser("issues@example.org", "measured only once")

    def issue() -> None:
        with transaction.atomic():
            statements.issue(
                programme=programme,
                currency="usd",
                starts_at=until - timedelta(days=31),
                ends_at=until,
                actor=who,
                now=until,
            )
            # The next one is as the first: none of it is kept.
            transaction.set_rollback(True)

    yield Measured("statement of a month, issued", median(issue), 1000)


def _public() -> None:
    cells = totals.cells()
    if not any(hiding.publish(rows, at_least=PUBLIC_TOTALS_FROM).blocks for rows in cells.values()):
        raise RuntimeError("Nothing of the large ledger would be shown.")


def _ask(client: Any, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")


def _no_breach(found: list[str]) -> None:
    if found:
        raise RuntimeError(f"{len(found)} accounts differ, such as: {found[0]}")
