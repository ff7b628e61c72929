"""Let a plan keep what was asked of the provider; all else of it stays as it was held."""

from django.db import migrations

HELD = """
CREATE OR REPLACE FUNCTION donations_hold_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - '%(free)s'::text[] = to_jsonb(OLD) - '%(free)s'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '%% of plan %% is refused.', TG_OP, OLD.id USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("donations", "0025_plans_asked")]
    operations = [
        migrations.RunSQL(
            HELD % {"free": "{amount,fee_cover_amount,fund_id,donor_id,asked}"},
            HELD % {"free": "{amount,fee_cover_amount,fund_id,donor_id}"},
        )
    ]
