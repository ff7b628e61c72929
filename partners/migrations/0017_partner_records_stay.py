"""A partner's status changes only by a step that is kept; what was kept stays."""

from django.db import migrations

GUARD = """
CREATE FUNCTION partners_take_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stands text;
BEGIN
    SELECT status INTO stands FROM partners_partner WHERE id = NEW.partner_id FOR NO KEY UPDATE;
    IF stands IS DISTINCT FROM NEW.before
        OR (NEW.before, NEW.after) NOT IN (
            ('candidate', 'vetted'), ('candidate', 'closed'),
            ('vetted', 'active'), ('vetted', 'candidate'), ('vetted', 'closed'),
            ('active', 'paused'), ('active', 'closed'),
            ('paused', 'active'), ('paused', 'closed'),
            ('closed', 'candidate')
        )
    THEN
        RAISE EXCEPTION 'Partner % does not go from % to %.', NEW.partner_id, NEW.before, NEW.after
            USING ERRCODE = 'check_violation';
    END IF;
    UPDATE partners_partner SET status = NEW.after WHERE id = NEW.partner_id;
    RETURN NULL;
END $$;
CREATE TRIGGER partners_take_step AFTER INSERT ON partners_statuschange
    FOR EACH ROW EXECUTE FUNCTION partners_take_step();
CREATE TRIGGER partners_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON partners_statuschange
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

CREATE FUNCTION partners_guard_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Depth 1 is this trigger, fired by hand; a step makes it 2.
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'The status of partner % changes by a step with a reason only.', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_guard_status BEFORE UPDATE OF status ON partners_partner
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION partners_guard_status();
"""
GUARD_REVERSE = """
DROP TRIGGER partners_guard_status ON partners_partner;
DROP FUNCTION partners_guard_status();
DROP TRIGGER partners_append_only ON partners_statuschange;
DROP TRIGGER partners_take_step ON partners_statuschange;
DROP FUNCTION partners_take_step();
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0016_partner_records")]

    operations = [migrations.RunSQL(GUARD, GUARD_REVERSE)]
