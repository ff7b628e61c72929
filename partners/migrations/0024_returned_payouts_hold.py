"""The database lets a paid payout come back, once, and frees its items then."""

from django.db import migrations

HOLD = """
CREATE OR REPLACE FUNCTION partners_hold_payout() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    as_it_was partners_payout;
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
    as_it_was := NEW;
    IF OLD.state = 'paid' AND NEW.state = 'returned' THEN
        as_it_was.state := OLD.state;
        as_it_was.reason := OLD.reason;
        as_it_was.returned_on := OLD.returned_on;
        as_it_was.returned_by_id := OLD.returned_by_id;
        as_it_was.returned_at := OLD.returned_at;
        as_it_was.return_reference := OLD.return_reference;
        as_it_was.return_fee := OLD.return_fee;
    END IF;
    IF OLD.state IN ('paid', 'failed', 'dropped', 'returned')
        AND as_it_was IS DISTINCT FROM OLD
    THEN
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
        ('exported', 'paid'), ('exported', 'failed'), ('paid', 'returned')
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

CREATE OR REPLACE FUNCTION partners_hold_payout_item() RETURNS trigger LANGUAGE plpgsql AS $$
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
            AND payout_state NOT IN ('failed', 'dropped', 'returned'))
    THEN
        RAISE EXCEPTION 'An item may be taken out of a draft, once; nothing else of it changes.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

DROP TRIGGER partners_free_items ON partners_payout;
CREATE TRIGGER partners_free_items AFTER UPDATE OF state ON partners_payout
    FOR EACH ROW WHEN (NEW.state IN ('failed', 'dropped', 'returned') AND OLD.state <> NEW.state)
    EXECUTE FUNCTION partners_free_payout_items();
"""
HOLD_REVERSE = """
DROP TRIGGER partners_free_items ON partners_payout;
CREATE TRIGGER partners_free_items AFTER UPDATE OF state ON partners_payout
    FOR EACH ROW WHEN (NEW.state IN ('failed', 'dropped') AND OLD.state <> NEW.state)
    EXECUTE FUNCTION partners_free_payout_items();

CREATE OR REPLACE FUNCTION partners_hold_payout_item() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION partners_hold_payout() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0023_returned_payouts")]

    operations = [migrations.RunSQL(HOLD, HOLD_REVERSE)]
