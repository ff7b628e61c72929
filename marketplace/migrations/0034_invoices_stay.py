"""Invoices bear the next number and stay as they were issued; the buyer may be erased."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION marketplace_hold_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
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
    RAISE EXCEPTION 'An invoice stays as it was issued.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER marketplace_hold BEFORE INSERT OR UPDATE OR DELETE ON marketplace_invoice
    FOR EACH ROW EXECUTE FUNCTION marketplace_hold_invoice();
CREATE TRIGGER marketplace_hold_all BEFORE TRUNCATE ON marketplace_invoice
    FOR EACH STATEMENT EXECUTE FUNCTION marketplace_hold_invoice();
CREATE TRIGGER papers_hold_number BEFORE INSERT ON marketplace_invoice
    FOR EACH ROW EXECUTE FUNCTION papers_hold_number();

CREATE FUNCTION marketplace_hold_invoice_buyer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
        AND (NEW.id, NEW.invoice_id) = (OLD.id, OLD.invoice_id)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Who stands on an invoice may be erased, and stays else.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER marketplace_hold BEFORE UPDATE OR DELETE ON marketplace_invoicebuyer
    FOR EACH ROW EXECUTE FUNCTION marketplace_hold_invoice_buyer();
CREATE TRIGGER marketplace_hold_all BEFORE TRUNCATE ON marketplace_invoicebuyer
    FOR EACH STATEMENT EXECUTE FUNCTION marketplace_hold_invoice_buyer();
"""
REVERSE = """
DROP TRIGGER marketplace_hold ON marketplace_invoicebuyer;
DROP TRIGGER marketplace_hold_all ON marketplace_invoicebuyer;
DROP FUNCTION marketplace_hold_invoice_buyer();
DROP TRIGGER papers_hold_number ON marketplace_invoice;
DROP TRIGGER marketplace_hold ON marketplace_invoice;
DROP TRIGGER marketplace_hold_all ON marketplace_invoice;
DROP FUNCTION marketplace_hold_invoice();
"""


class Migration(migrations.Migration):
    """What a buyer has on paper cannot be another thing here."""

    dependencies = [("marketplace", "0033_invoices"), ("papers", "0002_counter")]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
