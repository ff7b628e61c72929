"""A booked batch of offline gifts stays as it is, with its lines; each takes its gift once."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION donations_hold_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.booked_at IS NULL OR (TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD) THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'A booked batch stays as it is.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER donations_hold BEFORE UPDATE OR DELETE ON donations_offlinebatch
    FOR EACH ROW EXECUTE FUNCTION donations_hold_batch();

CREATE FUNCTION donations_hold_offline() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_booked boolean;
BEGIN
    SELECT booked_at IS NOT NULL INTO is_booked FROM donations_offlinebatch
    WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.batch_id ELSE OLD.batch_id END;
    IF NOT coalesce(is_booked, false) THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.gift_id IS NULL
        AND (NEW.id, NEW.batch_id, NEW.way, NEW.reference, NEW.received_on, NEW.amount,
            NEW.fund_id, NEW.campaign_id)
        IS NOT DISTINCT FROM (OLD.id, OLD.batch_id, OLD.way, OLD.reference, OLD.received_on,
            OLD.amount, OLD.fund_id, OLD.campaign_id)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A booked offline gift stays as it is.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER donations_hold BEFORE INSERT OR UPDATE OR DELETE ON donations_offlinegift
    FOR EACH ROW EXECUTE FUNCTION donations_hold_offline();
"""
BACK = """
DROP TRIGGER donations_hold ON donations_offlinegift;
DROP TRIGGER donations_hold ON donations_offlinebatch;
DROP FUNCTION donations_hold_offline();
DROP FUNCTION donations_hold_batch();
"""


class Migration(migrations.Migration):
    dependencies = [("donations", "0022_offline_gifts")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
