"""What is sealed may be sealed anew with another key, and changes in no other way."""

from django.db import migrations

# The database cannot see what is inside: whoever asks for it says so, in that transaction only.
BANK = """
CREATE OR REPLACE FUNCTION partners_hold_bank_details() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    as_it_was partners_bankdetails;
BEGIN
    as_it_was := NEW;
    IF TG_OP = 'UPDATE' AND current_setting('weintl.resealing', true) = 'on' THEN
        as_it_was.sealed := OLD.sealed;
        IF as_it_was IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
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
"""
BANK_REVERSE = """
CREATE OR REPLACE FUNCTION partners_hold_bank_details() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""

FILES = """
DROP TRIGGER partners_stay ON partners_bankfile;
CREATE TRIGGER partners_stay BEFORE DELETE OR TRUNCATE ON partners_bankfile
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE FUNCTION partners_hold_bank_file() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    as_it_was partners_bankfile;
BEGIN
    as_it_was := NEW;
    as_it_was.sealed := OLD.sealed;
    IF as_it_was IS DISTINCT FROM OLD
        OR current_setting('weintl.resealing', true) IS DISTINCT FROM 'on'
    THEN
        RAISE EXCEPTION 'UPDATE of partners_bankfile is refused: file % stays as it is.',
            OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_hold BEFORE UPDATE ON partners_bankfile
    FOR EACH ROW EXECUTE FUNCTION partners_hold_bank_file();
"""
FILES_REVERSE = """
DROP TRIGGER partners_hold ON partners_bankfile;
DROP FUNCTION partners_hold_bank_file();
DROP TRIGGER partners_stay ON partners_bankfile;
CREATE TRIGGER partners_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON partners_bankfile
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0024_returned_payouts_hold")]

    operations = [
        migrations.RunSQL(BANK, BANK_REVERSE),
        migrations.RunSQL(FILES, FILES_REVERSE),
    ]
