"""What the database itself holds of payouts and bank details, whoever writes them."""

from django.db import migrations

PAYOUT = """
CREATE FUNCTION partners_hold_payout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Payout % stays.', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'Payout % must begin as a draft.', NEW.number
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state IN ('paid', 'failed', 'dropped') AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'Payout % is closed and stays as it is.', OLD.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.number, NEW.programme_id, NEW.currency, NEW.period, NEW.cut_off,
            NEW.proposed_by_id, NEW.proposed_at)
        IS DISTINCT FROM (OLD.id, OLD.number, OLD.programme_id, OLD.currency, OLD.period,
            OLD.cut_off, OLD.proposed_by_id, OLD.proposed_at)
        OR (OLD.state <> 'draft' AND NEW.amount <> OLD.amount)
        OR (OLD.state NOT IN ('draft', 'submitted')
            AND (NEW.submitted_by_id, NEW.approved_by_id, NEW.approved_at, NEW.bank_details_id,
                NEW.bank_masked, NEW.is_single_handed)
            IS DISTINCT FROM (OLD.submitted_by_id, OLD.approved_by_id, OLD.approved_at,
                OLD.bank_details_id, OLD.bank_masked, OLD.is_single_handed))
    THEN
        RAISE EXCEPTION 'What payout % is does not change any more.', OLD.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('draft', 'submitted'), ('draft', 'dropped'),
        ('submitted', 'draft'), ('submitted', 'approved'), ('submitted', 'dropped'),
        ('approved', 'exported'), ('approved', 'failed'),
        ('exported', 'paid'), ('exported', 'failed')
    ) THEN
        RAISE EXCEPTION 'Payout %: % cannot become %.', OLD.number, OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'approved' AND OLD.state <> 'approved' THEN
        IF NOT NEW.is_single_handed AND EXISTS (
            SELECT FROM partners_payoutitem
            WHERE payout_id = NEW.id AND taken_out_by_id = NEW.approved_by_id
        ) THEN
            RAISE EXCEPTION 'Payout %: who adjusted it does not approve it.', OLD.number
                USING ERRCODE = 'check_violation';
        END IF;
        IF NOT EXISTS (
            SELECT FROM partners_bankdetails b
            WHERE b.id = NEW.bank_details_id AND b.programme_id = NEW.programme_id
                AND b.in_force_at <= NEW.approved_at
        ) THEN
            RAISE EXCEPTION 'Payout %: its bank details are not in force.', OLD.number
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_hold BEFORE INSERT OR UPDATE OR DELETE ON partners_payout
    FOR EACH ROW EXECUTE FUNCTION partners_hold_payout();

CREATE FUNCTION partners_free_payout_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE partners_payoutitem SET is_live = false WHERE payout_id = NEW.id AND is_live;
    RETURN NULL;
END $$;
CREATE TRIGGER partners_free_items AFTER UPDATE OF state ON partners_payout
    FOR EACH ROW WHEN (NEW.state IN ('failed', 'dropped') AND OLD.state <> NEW.state)
    EXECUTE FUNCTION partners_free_payout_items();
"""
PAYOUT_REVERSE = """
DROP TRIGGER partners_free_items ON partners_payout;
DROP FUNCTION partners_free_payout_items();
DROP TRIGGER partners_hold ON partners_payout;
DROP FUNCTION partners_hold_payout();
"""

ITEMS = """
CREATE FUNCTION partners_hold_payout_item() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    payout_state text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'An item of a payout stays; it may be taken out of a draft.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT state INTO payout_state FROM partners_payout WHERE id = NEW.payout_id;
    IF TG_OP = 'INSERT' THEN
        IF payout_state IS DISTINCT FROM 'draft' OR NOT NEW.is_live THEN
            RAISE EXCEPTION 'Items are added to a draft only.' USING ERRCODE = 'check_violation';
        END IF;
        IF NOT EXISTS (
            SELECT FROM partners_transfer t
            JOIN partners_account a ON a.id = NEW.account_id
            JOIN partners_payout p ON p.id = NEW.payout_id
            WHERE t.id = NEW.transfer_id
                AND a.kind IN ('maker_payable', 'fund')
                AND a.programme_id = p.programme_id AND a.currency = p.currency
                AND (t.credit_id = a.id AND NEW.amount = t.amount
                    OR t.debit_id = a.id AND NEW.amount = -t.amount)
        ) THEN
            RAISE EXCEPTION 'This transfer is no part of that payout, or not of that amount.'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.payout_id, NEW.transfer_id, NEW.account_id, NEW.amount)
        IS DISTINCT FROM (OLD.id, OLD.payout_id, OLD.transfer_id, OLD.account_id, OLD.amount)
        OR NOT OLD.is_live AND NEW IS DISTINCT FROM OLD
        OR (NEW.taken_out_at IS NOT NULL AND payout_state <> 'draft')
        OR (NEW.taken_out_at IS NULL AND NOT NEW.is_live
            AND payout_state NOT IN ('failed', 'dropped'))
    THEN
        RAISE EXCEPTION 'An item may be taken out of a draft, once; nothing else of it changes.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_hold BEFORE INSERT OR UPDATE OR DELETE ON partners_payoutitem
    FOR EACH ROW EXECUTE FUNCTION partners_hold_payout_item();

CREATE FUNCTION partners_payout_is_its_items() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint := CASE WHEN TG_TABLE_NAME = 'partners_payout' THEN
        (to_jsonb(NEW) ->> 'id')::bigint ELSE (to_jsonb(NEW) ->> 'payout_id')::bigint END;
BEGIN
    IF EXISTS (
        SELECT FROM partners_payout p
        WHERE p.id = wanted AND p.amount <> (
            SELECT coalesce(sum(i.amount), 0) FROM partners_payoutitem i
            WHERE i.payout_id = p.id AND i.taken_out_at IS NULL
        )
    ) THEN
        RAISE EXCEPTION 'The amount of payout % is not the sum of its items.', wanted
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER partners_sum_of_items AFTER INSERT OR UPDATE OF amount
    ON partners_payout DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION partners_payout_is_its_items();
CREATE CONSTRAINT TRIGGER partners_sum_of_items AFTER UPDATE OF taken_out_at
    ON partners_payoutitem DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION partners_payout_is_its_items();

-- Once for all rows of a statement: a payout may have thousands of items.
CREATE FUNCTION partners_added_items_fit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM partners_payout p
        WHERE p.id IN (SELECT payout_id FROM new_items) AND p.amount <> (
            SELECT coalesce(sum(i.amount), 0) FROM partners_payoutitem i
            WHERE i.payout_id = p.id AND i.taken_out_at IS NULL
        )
    ) THEN
        RAISE EXCEPTION 'The amount of a payout is not the sum of its items.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER partners_added_items_fit AFTER INSERT ON partners_payoutitem
    REFERENCING NEW TABLE AS new_items
    FOR EACH STATEMENT EXECUTE FUNCTION partners_added_items_fit();
"""
ITEMS_REVERSE = """
DROP TRIGGER partners_added_items_fit ON partners_payoutitem;
DROP FUNCTION partners_added_items_fit();
DROP TRIGGER partners_sum_of_items ON partners_payoutitem;
DROP TRIGGER partners_sum_of_items ON partners_payout;
DROP FUNCTION partners_payout_is_its_items();
DROP TRIGGER partners_hold ON partners_payoutitem;
DROP FUNCTION partners_hold_payout_item();
"""

BANK = """
CREATE FUNCTION partners_hold_bank_details() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.approved_at IS NOT NULL
        OR (NEW.id, NEW.programme_id, NEW.sealed, NEW.masked, NEW.reason, NEW.proposed_by_id,
            NEW.proposed_at)
        IS DISTINCT FROM (OLD.id, OLD.programme_id, OLD.sealed, OLD.masked, OLD.reason,
            OLD.proposed_by_id, OLD.proposed_at)
    THEN
        RAISE EXCEPTION 'Bank details % stay as they are: propose new ones.', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_hold BEFORE UPDATE OR DELETE ON partners_bankdetails
    FOR EACH ROW EXECUTE FUNCTION partners_hold_bank_details();
"""
BANK_REVERSE = """
DROP TRIGGER partners_hold ON partners_bankdetails;
DROP FUNCTION partners_hold_bank_details();
"""


STAY = "".join(
    f"CREATE TRIGGER partners_stay BEFORE TRUNCATE ON partners_{table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();"
    for table in ("payout", "payoutitem", "bankdetails")
)
STAY_REVERSE = "".join(
    f"DROP TRIGGER partners_stay ON partners_{table};"
    for table in ("payout", "payoutitem", "bankdetails")
)


class Migration(migrations.Migration):
    """A payout that contradicts its items, its states or its persons cannot be written."""

    dependencies = [("partners", "0007_payouts")]

    operations = [
        migrations.RunSQL(PAYOUT, PAYOUT_REVERSE),
        migrations.RunSQL(ITEMS, ITEMS_REVERSE),
        migrations.RunSQL(BANK, BANK_REVERSE),
        migrations.RunSQL(STAY, STAY_REVERSE),
    ]
