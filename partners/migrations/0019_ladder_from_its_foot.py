"""A partner begins as a candidate, and is vetted or active only while its checks are passed."""

from django.db import migrations

# The six points: partners.models.DueDiligence.Point.
GUARD = """
CREATE FUNCTION partners_begin_as_candidate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Partner % must begin as a candidate.', NEW.slug
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER partners_begin BEFORE INSERT ON partners_partner
    FOR EACH ROW WHEN (NEW.status <> 'candidate')
    EXECUTE FUNCTION partners_begin_as_candidate();

CREATE FUNCTION partners_check_before_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A check that is being changed is awaited, or waits until this step is taken.
    PERFORM id FROM partners_duediligence WHERE partner_id = NEW.partner_id
        ORDER BY id FOR SHARE;
    IF (
        SELECT count(*) FROM partners_duediligence
        WHERE partner_id = NEW.partner_id AND outcome = 'passed'
            AND (expires_on IS NULL OR expires_on >= ledger_day(NEW.changed_at))
    ) < 6 THEN
        RAISE EXCEPTION 'Partner % has not passed its due diligence.', NEW.partner_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_check BEFORE INSERT ON partners_statuschange
    FOR EACH ROW WHEN (NEW.after IN ('vetted', 'active'))
    EXECUTE FUNCTION partners_check_before_step();
"""
GUARD_REVERSE = """
DROP TRIGGER partners_check ON partners_statuschange;
DROP FUNCTION partners_check_before_step();
DROP TRIGGER partners_begin ON partners_partner;
DROP FUNCTION partners_begin_as_candidate();
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0018_sums_over_indexes")]

    operations = [migrations.RunSQL(GUARD, GUARD_REVERSE)]
