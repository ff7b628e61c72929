"""A donor is merged once, into one who is not merged: no circles, no chains, and gifts follow."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION donations_hold_merged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.merged_into_id IS NOT NULL
        AND NEW.merged_into_id IS NULL
    THEN
        RAISE EXCEPTION 'A donor that was merged stays so.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.merged_into_id IS NULL THEN
        RETURN NEW;
    END IF;
    -- Locked: of two that would be merged into each other, one waits and finds it done.
    PERFORM FROM donations_donor WHERE id = NEW.merged_into_id
        AND merged_into_id IS NULL AND erased_at IS NULL FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Donor % is merged or erased: nobody can be merged into it.',
            NEW.merged_into_id USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM donations_donor WHERE merged_into_id = NEW.id) THEN
        RAISE EXCEPTION 'Others were merged into donor %: they go first.', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER donations_hold_merged BEFORE INSERT OR UPDATE OF merged_into_id ON donations_donor
    FOR EACH ROW EXECUTE FUNCTION donations_hold_merged();

-- A gift that was begun before the merge, and is written after it, is the survivor's too.
CREATE FUNCTION donations_follow_donor() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    survivor bigint;
BEGIN
    SELECT merged_into_id INTO survivor FROM donations_donor
        WHERE id = NEW.donor_id FOR KEY SHARE;
    NEW.donor_id := coalesce(survivor, NEW.donor_id);
    RETURN NEW;
END $$;
CREATE TRIGGER donations_follow_donor BEFORE INSERT OR UPDATE OF donor_id ON donations_gift
    FOR EACH ROW EXECUTE FUNCTION donations_follow_donor();

CREATE FUNCTION donations_hold_merge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Who of staff did it may leave.
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.merged_id, NEW.merged_at, NEW.followed)
        IS NOT DISTINCT FROM (OLD.id, OLD.merged_id, OLD.merged_at, OLD.followed)
        AND (NEW.merged_by_id IS NOT DISTINCT FROM OLD.merged_by_id OR NEW.merged_by_id IS NULL)
        AND NEW.survivor_id = OLD.survivor_id
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'What was merged stays so.' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER donations_hold BEFORE UPDATE OR DELETE ON donations_donormerge
    FOR EACH ROW EXECUTE FUNCTION donations_hold_merge();
CREATE TRIGGER donations_hold_all BEFORE TRUNCATE ON donations_donormerge
    FOR EACH STATEMENT EXECUTE FUNCTION donations_hold_merge();
"""
REVERSE = """
DROP TRIGGER donations_hold ON donations_donormerge;
DROP TRIGGER donations_hold_all ON donations_donormerge;
DROP FUNCTION donations_hold_merge();
DROP TRIGGER donations_follow_donor ON donations_gift;
DROP FUNCTION donations_follow_donor();
DROP TRIGGER donations_hold_merged ON donations_donor;
DROP FUNCTION donations_hold_merged();
"""


class Migration(migrations.Migration):
    """Whose a gift is cannot be lost between two donors."""

    dependencies = [("donations", "0013_donors_merged")]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
