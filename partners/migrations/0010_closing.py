"""Entries get their accounting date from the database; a closed month takes nothing in."""

from django.db import migrations

from partners.calendar import keep_day

# Rows of before: the day that each happened. Their digests lacked it, so the chain begins anew.
FILL = """
ALTER TABLE partners_entry DISABLE TRIGGER ledger_append_only;
ALTER TABLE partners_transfer DISABLE TRIGGER ledger_append_only;
ALTER TABLE partners_seal DISABLE TRIGGER ledger_append_only;
UPDATE partners_entry SET accounted_on = ledger_day(occurred_at);
UPDATE partners_transfer SET accounted_on = ledger_day(occurred_at);
DELETE FROM partners_seal;
ALTER TABLE partners_seal ENABLE TRIGGER ledger_append_only;
ALTER TABLE partners_transfer ENABLE TRIGGER ledger_append_only;
ALTER TABLE partners_entry ENABLE TRIGGER ledger_append_only;
"""

# 721093 is the lock of the books: whoever writes shares it until the transaction ends, whoever
# closes a month has it alone. So no entry can be dated before a closing and arrive after it.
# A transaction that keeps its first view of the rows would not see that a month was closed.
STAMP = """
CREATE OR REPLACE FUNCTION ledger_stamp_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'The ledger is written in READ COMMITTED transactions.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM pg_advisory_xact_lock_shared(721093);
    NEW.transaction_id := pg_current_xact_id()::text::bigint;
    NEW.recorded_at := now();
    NEW.accounted_on := greatest(
        ledger_day(NEW.occurred_at),
        (SELECT (max(month) + interval '1 month')::date FROM partners_closedmonth
            WHERE approved_at IS NOT NULL)
    );
    RETURN NEW;
END $$;

CREATE FUNCTION ledger_date_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.accounted_on := (SELECT accounted_on FROM partners_entry WHERE id = NEW.entry_id);
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_date BEFORE INSERT ON partners_transfer
    FOR EACH ROW EXECUTE FUNCTION ledger_date_transfer();
"""
STAMP_REVERSE = """
DROP TRIGGER ledger_date ON partners_transfer;
DROP FUNCTION ledger_date_transfer();
CREATE OR REPLACE FUNCTION ledger_stamp_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.transaction_id := pg_current_xact_id()::text::bigint;
    NEW.recorded_at := now();
    RETURN NEW;
END $$;
"""

CLOSING = """
CREATE FUNCTION ledger_guard_closing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    next_month date;
    last_closed date;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'TRUNCATE of closed months is refused.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.approved_at IS NOT NULL OR NEW.totals <> '{}' OR NEW.entries <> 0
            OR NEW.chain_position IS NOT NULL OR NEW.chain_digest <> ''
        THEN
            RAISE EXCEPTION 'A month is proposed first.' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.approved_at IS NOT NULL THEN
        RAISE EXCEPTION 'Month % is closed for ever.', OLD.month
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF (NEW.id, NEW.month, NEW.proposed_by_id, NEW.proposed_at)
        IS DISTINCT FROM (OLD.id, OLD.month, OLD.proposed_by_id, OLD.proposed_at)
    THEN
        RAISE EXCEPTION 'Who proposed which month never changes.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    NEW.totals := '{}';
    NEW.entries := 0;
    NEW.chain_position := NULL;
    NEW.chain_digest := '';
    IF NEW.approved_at IS NULL THEN
        RETURN NEW;
    END IF;

    PERFORM pg_advisory_xact_lock(721093);
    next_month := (NEW.month + interval '1 month')::date;
    IF ledger_day(now()) < next_month THEN
        RAISE EXCEPTION 'Month % is not over.', NEW.month USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT max(month) INTO last_closed FROM partners_closedmonth WHERE approved_at IS NOT NULL;
    IF coalesce(
        (last_closed + interval '1 month')::date,
        (SELECT date_trunc('month', min(accounted_on))::date FROM partners_entry)
    ) IS DISTINCT FROM NEW.month THEN
        RAISE EXCEPTION 'Month % is not the oldest that is open.', NEW.month
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT FROM payments_difference
        WHERE resolved_at IS NULL AND ledger_day(occurred_at) < next_month
    ) THEN
        RAISE EXCEPTION 'Differences with the provider are open in month %.', NEW.month
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT FROM partners_entry e LEFT JOIN partners_seal s ON s.entry_id = e.id
        WHERE e.accounted_on < next_month AND e.accounted_on >= NEW.month AND s.id IS NULL
    ) THEN
        RAISE EXCEPTION 'Entries of month % are not sealed.', NEW.month
            USING ERRCODE = 'restrict_violation';
    END IF;
    NEW.totals := ledger_totals(NEW.month);
    SELECT count(*) INTO NEW.entries FROM partners_entry
        WHERE accounted_on >= NEW.month AND accounted_on < next_month;
    SELECT position, digest INTO NEW.chain_position, NEW.chain_digest
        FROM partners_seal ORDER BY position DESC LIMIT 1;
    RETURN NEW;
END $$;

-- Of each account: debits and credits of the month, debits and credits up to its end.
CREATE FUNCTION ledger_totals(first date) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        jsonb_object_agg(a.code, jsonb_build_array(s.debits, s.credits, s.all_debits, s.all_credits)),
        '{}'
    )
    FROM (
        SELECT account_id,
            coalesce(sum(debit) FILTER (WHERE accounted_on >= first), 0) AS debits,
            coalesce(sum(credit) FILTER (WHERE accounted_on >= first), 0) AS credits,
            sum(debit) AS all_debits,
            sum(credit) AS all_credits
        FROM (
            SELECT debit_id AS account_id, accounted_on, sum(amount) AS debit, 0 AS credit
            FROM partners_transfer
            WHERE accounted_on < (first + interval '1 month')::date GROUP BY 1, 2
            UNION ALL
            SELECT credit_id, accounted_on, 0, sum(amount) FROM partners_transfer
            WHERE accounted_on < (first + interval '1 month')::date GROUP BY 1, 2
        ) sides
        GROUP BY account_id
    ) s
    JOIN partners_account a ON a.id = s.account_id
$$;

CREATE TRIGGER ledger_guard BEFORE INSERT OR UPDATE OR DELETE ON partners_closedmonth
    FOR EACH ROW EXECUTE FUNCTION ledger_guard_closing();
CREATE TRIGGER ledger_guard_all BEFORE TRUNCATE ON partners_closedmonth
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_guard_closing();
"""
CLOSING_REVERSE = """
DROP TRIGGER ledger_guard_all ON partners_closedmonth;
DROP TRIGGER ledger_guard ON partners_closedmonth;
DROP FUNCTION ledger_guard_closing();
DROP FUNCTION ledger_totals(date);
"""



def _legs(columns: str) -> str:
    sides = (("debit_id", "t.amount", "0::bigint"), ("credit_id", "0::bigint", "t.amount"))
    return "CREATE OR REPLACE VIEW ledger_leg AS " + " UNION ALL ".join(
        f"""
        SELECT t.id AS transfer_id, e.id AS entry_id, e.kind, e.source_key, t.occurred_at,
            e.recorded_at, a.code AS account, a.kind AS account_kind, t.currency,
            {debit} AS debit, {credit} AS credit{columns}
        FROM partners_transfer t
        JOIN partners_entry e ON e.id = t.entry_id
        JOIN partners_account a ON a.id = t.{side}
        """
        for side, debit, credit in sides
    )


def _day(apps, schema_editor):
    keep_day(using=schema_editor.connection.alias)


class Migration(migrations.Migration):
    """The accounting date is the database's to set; docs/money.md says how."""

    dependencies = [
        ("partners", "0009_accounting_dates"),
        ("payments", "0004_name_relations"),
    ]

    operations = [
        migrations.RunPython(_day, migrations.RunPython.noop),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(STAMP, STAMP_REVERSE),
        migrations.RunSQL(CLOSING, CLOSING_REVERSE),
        migrations.RunSQL(
            _legs(", t.accounted_on"), f"DROP VIEW ledger_leg; {_legs('')}"
        ),
    ]
