"""A change of a plan stays as it was written; a plan stays its donor's, in its currency."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION donations_hold_plan_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.actor_id IS NULL
       AND to_jsonb(NEW) - 'actor_id' = to_jsonb(OLD) - 'actor_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of change % of a plan is refused.', TG_OP, OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER plan_change_stays BEFORE UPDATE OR DELETE ON donations_planchange
    FOR EACH ROW EXECUTE FUNCTION donations_hold_plan_change();
CREATE FUNCTION donations_hold_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - '{amount,fee_cover_amount,fund_id,donor_id}'::text[]
         = to_jsonb(OLD) - '{amount,fee_cover_amount,fund_id,donor_id}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of plan % is refused.', TG_OP, OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER plan_stays BEFORE UPDATE OR DELETE ON donations_plan
    FOR EACH ROW EXECUTE FUNCTION donations_hold_plan();
"""
BACKWARD = """
DROP TRIGGER plan_stays ON donations_plan;
DROP FUNCTION donations_hold_plan();
DROP TRIGGER plan_change_stays ON donations_planchange;
DROP FUNCTION donations_hold_plan_change();
"""


class Migration(migrations.Migration):
    dependencies = [("donations", "0020_plans")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
