"""What was counted, and what went to the bank, stays as it was written."""

from django.db import migrations

# A count that waits may be approved or withdrawn; nothing else of it changes.
GUARD = """
CREATE FUNCTION partners_guard_cash_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.approved_at IS NOT NULL THEN
        RAISE EXCEPTION 'Count % of the cash box is posted and stays as it is.', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF (NEW.currency, NEW.counted, NEW.expected, NEW."limit", NEW.counted_at, NEW.reason,
            NEW.counted_by_id, NEW.entered_at, NEW.request_key)
        IS DISTINCT FROM (OLD.currency, OLD.counted, OLD.expected, OLD."limit", OLD.counted_at,
            OLD.reason, OLD.counted_by_id, OLD.entered_at, OLD.request_key) THEN
        RAISE EXCEPTION 'Count % of the cash box is approved or withdrawn, never changed.', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_guard BEFORE UPDATE OR DELETE ON partners_cashcount
    FOR EACH ROW EXECUTE FUNCTION partners_guard_cash_count();

CREATE FUNCTION partners_guard_cash_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Slip % of the bank stays as it is.', OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER partners_guard BEFORE UPDATE OR DELETE ON partners_cashtransfer
    FOR EACH ROW EXECUTE FUNCTION partners_guard_cash_transfer();
"""
GUARD_REVERSE = """
DROP TRIGGER partners_guard ON partners_cashtransfer;
DROP FUNCTION partners_guard_cash_transfer();
DROP TRIGGER partners_guard ON partners_cashcount;
DROP FUNCTION partners_guard_cash_count();
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0030_cash_counted")]

    operations = [migrations.RunSQL(GUARD, GUARD_REVERSE)]
