"""What the ledger's rules rest on: triggers, foreign keys of two columns, a view of legs."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the ledger is append-only.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON partners_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON partners_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON partners_seal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_append_only BEFORE DELETE OR TRUNCATE ON partners_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""
APPEND_ONLY_REVERSE = """
DROP TRIGGER ledger_append_only ON partners_account;
DROP TRIGGER ledger_append_only ON partners_seal;
DROP TRIGGER ledger_append_only ON partners_transfer;
DROP TRIGGER ledger_append_only ON partners_entry;
DROP FUNCTION ledger_refuse_change();
"""

# A transfer is in the currency of both its accounts, whoever writes it.
CURRENCY = """
ALTER TABLE partners_transfer
    ADD CONSTRAINT transfer_debit_currency FOREIGN KEY (debit_id, currency)
        REFERENCES partners_account (id, currency),
    ADD CONSTRAINT transfer_credit_currency FOREIGN KEY (credit_id, currency)
        REFERENCES partners_account (id, currency);
"""
CURRENCY_REVERSE = """
ALTER TABLE partners_transfer
    DROP CONSTRAINT transfer_debit_currency, DROP CONSTRAINT transfer_credit_currency;
"""

ENTRY = """
CREATE FUNCTION ledger_stamp_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.transaction_id := pg_current_xact_id()::text::bigint;
    NEW.recorded_at := now();
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_stamp BEFORE INSERT ON partners_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_stamp_entry();

CREATE FUNCTION ledger_entry_has_transfers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM partners_transfer WHERE entry_id = NEW.id) THEN
        RAISE EXCEPTION 'Entry % has no transfers.', NEW.source_key
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_has_transfers AFTER INSERT ON partners_entry
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_has_transfers();
"""
ENTRY_REVERSE = """
DROP TRIGGER ledger_has_transfers ON partners_entry;
DROP FUNCTION ledger_entry_has_transfers();
DROP TRIGGER ledger_stamp ON partners_entry;
DROP FUNCTION ledger_stamp_entry();
"""

# An entry is whole when its transaction ends: a transfer that came later would stand
# outside the digest that seals the entry.
# Accounts are locked in the order of their ids, so that two postings never wait for each
# other; FOR NO KEY UPDATE, because plain FOR UPDATE collides with the locks of foreign keys.
BALANCES = """
CREATE FUNCTION ledger_take_in_transfers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM new_transfers t JOIN partners_entry e ON e.id = t.entry_id
        WHERE e.transaction_id <> pg_current_xact_id()::text::bigint
           OR e.occurred_at <> t.occurred_at
    ) THEN
        RAISE EXCEPTION 'A transfer is written together with its entry and bears its time.'
            USING ERRCODE = 'check_violation';
    END IF;
    PERFORM id FROM partners_account
        WHERE id IN (SELECT debit_id FROM new_transfers UNION SELECT credit_id FROM new_transfers)
        ORDER BY id FOR NO KEY UPDATE;
    UPDATE partners_account a
        SET debits = a.debits + s.debits, credits = a.credits + s.credits
        FROM (
            SELECT account_id, sum(debit)::bigint AS debits, sum(credit)::bigint AS credits
            FROM (
                SELECT debit_id AS account_id, amount AS debit, 0 AS credit FROM new_transfers
                UNION ALL
                SELECT credit_id, 0, amount FROM new_transfers
            ) sides
            GROUP BY account_id
        ) s
        WHERE a.id = s.account_id;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_balances AFTER INSERT ON partners_transfer
    REFERENCING NEW TABLE AS new_transfers
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_take_in_transfers();

CREATE FUNCTION ledger_guard_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.debits <> 0 OR NEW.credits <> 0 THEN
            RAISE EXCEPTION 'Account % must begin at zero.', NEW.code
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.code, NEW.kind, NEW.currency, NEW.programme_id, NEW.use,
            NEW.is_credit_normal, NEW.has_floor)
        IS DISTINCT FROM (OLD.id, OLD.code, OLD.kind, OLD.currency, OLD.programme_id, OLD.use,
            OLD.is_credit_normal, OLD.has_floor)
    THEN
        RAISE EXCEPTION 'What account % is never changes.', OLD.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    -- Depth 1 is this trigger, fired by hand; the trigger on transfers makes it 2.
    IF (NEW.debits, NEW.credits) IS DISTINCT FROM (OLD.debits, OLD.credits)
        AND pg_trigger_depth() < 2
    THEN
        RAISE EXCEPTION 'The sums of account % are kept by its transfers only.', OLD.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_guard BEFORE INSERT OR UPDATE ON partners_account
    FOR EACH ROW EXECUTE FUNCTION ledger_guard_account();
"""
BALANCES_REVERSE = """
DROP TRIGGER ledger_guard ON partners_account;
DROP FUNCTION ledger_guard_account();
DROP TRIGGER ledger_balances ON partners_transfer;
DROP FUNCTION ledger_take_in_transfers();
"""

# Frozen shares name the rule that they came from, so an approved rule stays as it was:
# only its end may come earlier, and not before now. One that has not begun may be cut down
# to its first moment.
PROGRAMMES = """
CREATE FUNCTION partners_guard_split_rule() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    as_it_was partners_splitrule;
BEGIN
    IF OLD.approved_at IS NULL THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Split rule % is approved and stays.', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    as_it_was := NEW;
    as_it_was.effective := OLD.effective;
    IF as_it_was IS DISTINCT FROM OLD
        OR NOT (
            NEW.effective = OLD.effective
            OR (
                NEW.effective <@ OLD.effective
                AND lower(NEW.effective) IS NOT DISTINCT FROM lower(OLD.effective)
                AND upper(NEW.effective) >= now()
            )
        )
    THEN
        RAISE EXCEPTION 'Split rule % is approved: it may only be ended, and not in the past.',
            OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_guard BEFORE UPDATE OR DELETE ON partners_splitrule
    FOR EACH ROW EXECUTE FUNCTION partners_guard_split_rule();

CREATE FUNCTION partners_guard_programme_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The code of programme % stands in the ledger and never changes.', OLD.code
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER partners_guard_code BEFORE UPDATE OF code ON partners_programme
    FOR EACH ROW WHEN (OLD.code IS DISTINCT FROM NEW.code)
    EXECUTE FUNCTION partners_guard_programme_code();
"""
PROGRAMMES_REVERSE = """
DROP TRIGGER partners_guard_code ON partners_programme;
DROP FUNCTION partners_guard_programme_code();
DROP TRIGGER partners_guard ON partners_splitrule;
DROP FUNCTION partners_guard_split_rule();
"""

LEGS = """
CREATE VIEW ledger_leg AS
    SELECT t.id AS transfer_id, e.id AS entry_id, e.kind, e.source_key, t.occurred_at,
        e.recorded_at, a.code AS account, a.kind AS account_kind, t.currency,
        t.amount AS debit, 0::bigint AS credit
    FROM partners_transfer t
    JOIN partners_entry e ON e.id = t.entry_id
    JOIN partners_account a ON a.id = t.debit_id
    UNION ALL
    SELECT t.id, e.id, e.kind, e.source_key, t.occurred_at,
        e.recorded_at, a.code, a.kind, t.currency,
        0::bigint, t.amount
    FROM partners_transfer t
    JOIN partners_entry e ON e.id = t.entry_id
    JOIN partners_account a ON a.id = t.credit_id;
"""


class Migration(migrations.Migration):
    """The database itself holds the ledger's rules; docs/money.md lists them."""

    dependencies = [("partners", "0001_initial")]

    operations = [
        migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_REVERSE),
        migrations.RunSQL(CURRENCY, CURRENCY_REVERSE),
        migrations.RunSQL(ENTRY, ENTRY_REVERSE),
        migrations.RunSQL(BALANCES, BALANCES_REVERSE),
        migrations.RunSQL(PROGRAMMES, PROGRAMMES_REVERSE),
        migrations.RunSQL(LEGS, "DROP VIEW ledger_leg;"),
    ]
