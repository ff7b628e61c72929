"""Receipts bear the next number and stay as they were issued; the donor may be erased."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION donations_hold_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.sha256 := encode(sha256(convert_to(NEW.contents::text, 'UTF8')), 'hex');
        RETURN NEW;
    END IF;
    -- A paper that was made is not made again.
    IF TG_OP = 'UPDATE' AND OLD.waits_for_paper AND NOT NEW.waits_for_paper THEN
        OLD.waits_for_paper := false;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'A receipt stays as it was issued.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER donations_hold BEFORE INSERT OR UPDATE OR DELETE ON donations_receipt
    FOR EACH ROW EXECUTE FUNCTION donations_hold_receipt();
CREATE TRIGGER donations_hold_all BEFORE TRUNCATE ON donations_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION donations_hold_receipt();
CREATE TRIGGER papers_hold_number BEFORE INSERT ON donations_receipt
    FOR EACH ROW EXECUTE FUNCTION papers_hold_number();

CREATE FUNCTION donations_hold_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM donations_receipt r
        JOIN donations_receiptvoid v ON v.receipt_id = r.id
        WHERE r.id = NEW.replaces_id AND r.gift_id = NEW.gift_id
    ) THEN
        RAISE EXCEPTION 'A receipt replaces one of its gift that is void.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER donations_hold_chain AFTER INSERT ON donations_receipt
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.replaces_id IS NOT NULL) EXECUTE FUNCTION donations_hold_chain();

CREATE FUNCTION donations_hold_void() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A receipt that is void stays void.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER donations_hold BEFORE UPDATE OR DELETE ON donations_receiptvoid
    FOR EACH ROW EXECUTE FUNCTION donations_hold_void();
CREATE TRIGGER donations_hold_all BEFORE TRUNCATE ON donations_receiptvoid
    FOR EACH STATEMENT EXECUTE FUNCTION donations_hold_void();

CREATE FUNCTION donations_hold_receipt_donor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
        AND (NEW.id, NEW.receipt_id) = (OLD.id, OLD.receipt_id)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Who stands on a receipt may be erased, and stays else.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER donations_hold BEFORE UPDATE OR DELETE ON donations_receiptdonor
    FOR EACH ROW EXECUTE FUNCTION donations_hold_receipt_donor();
CREATE TRIGGER donations_hold_all BEFORE TRUNCATE ON donations_receiptdonor
    FOR EACH STATEMENT EXECUTE FUNCTION donations_hold_receipt_donor();
"""
REVERSE = """
DROP TRIGGER donations_hold ON donations_receiptdonor;
DROP TRIGGER donations_hold_all ON donations_receiptdonor;
DROP FUNCTION donations_hold_receipt_donor();
DROP TRIGGER donations_hold ON donations_receiptvoid;
DROP TRIGGER donations_hold_all ON donations_receiptvoid;
DROP FUNCTION donations_hold_void();
DROP TRIGGER donations_hold_chain ON donations_receipt;
DROP FUNCTION donations_hold_chain();
DROP TRIGGER papers_hold_number ON donations_receipt;
DROP TRIGGER donations_hold ON donations_receipt;
DROP TRIGGER donations_hold_all ON donations_receipt;
DROP FUNCTION donations_hold_receipt();
"""


class Migration(migrations.Migration):
    """What a donor has on paper cannot be another thing here."""

    dependencies = [("donations", "0003_receipts"), ("papers", "0002_counter")]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
