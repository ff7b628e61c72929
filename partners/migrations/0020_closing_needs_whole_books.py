"""No month is closed while a rule of the books is known to be broken."""

from django.db import migrations

GUARD = """
CREATE FUNCTION partners_whole_before_closing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM verify_brokenrule WHERE gone_at IS NULL) THEN
        RAISE EXCEPTION 'Month % cannot be closed: rules are broken.', NEW.month
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_whole BEFORE UPDATE ON partners_closedmonth
    FOR EACH ROW WHEN (OLD.approved_at IS NULL AND NEW.approved_at IS NOT NULL)
    EXECUTE FUNCTION partners_whole_before_closing();
"""
GUARD_REVERSE = """
DROP TRIGGER partners_whole ON partners_closedmonth;
DROP FUNCTION partners_whole_before_closing();
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0019_ladder_from_its_foot"), ("verify", "0001_broken_rules")]

    operations = [migrations.RunSQL(GUARD, GUARD_REVERSE)]
