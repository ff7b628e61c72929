"""How the guard stood, and who or what changed it, stays; only a person's name may go."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION donations_hold_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.actor_id IS NULL
       AND to_jsonb(NEW) - 'actor_id' = to_jsonb(OLD) - 'actor_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of change % is refused.', TG_OP, OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER guard_change_stays BEFORE UPDATE OR DELETE ON donations_guardchange
    FOR EACH ROW EXECUTE FUNCTION donations_hold_guard();
"""
BACKWARD = """
DROP TRIGGER guard_change_stays ON donations_guardchange;
DROP FUNCTION donations_hold_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("donations", "0011_card_testing_guard")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
