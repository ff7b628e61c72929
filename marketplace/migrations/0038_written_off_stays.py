"""What was written off stays so; only who did it may be forgotten."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION marketplace_hold_write_off() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT FROM marketplace_unit WHERE id = NEW.unit_id AND sent_at IS NOT NULL)
        THEN
            RAISE EXCEPTION 'Only a piece that was sent is written off here.'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.actor_id IS NULL THEN
        OLD.actor_id := NULL;
        IF NEW IS NOT DISTINCT FROM OLD THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'A piece that was written off stays so.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER marketplace_hold BEFORE INSERT OR UPDATE OR DELETE ON marketplace_writeoff
    FOR EACH ROW EXECUTE FUNCTION marketplace_hold_write_off();
CREATE TRIGGER marketplace_hold_all BEFORE TRUNCATE ON marketplace_writeoff
    FOR EACH STATEMENT EXECUTE FUNCTION marketplace_hold_write_off();
"""
BACKWARD = """
DROP TRIGGER marketplace_hold_all ON marketplace_writeoff;
DROP TRIGGER marketplace_hold ON marketplace_writeoff;
DROP FUNCTION marketplace_hold_write_off();
"""


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0037_pieces_written_off")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
