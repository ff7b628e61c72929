"""Yearly statements stay as issued: they are replaced, erased of their donor, or follow it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION donations_hold_year() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.sha256 := encode(sha256(convert_to(NEW.contents::text, 'UTF8')), 'hex');
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE'
        AND (NEW.id, NEW.number, NEW.year, NEW.issued_at, NEW.recorded_at, NEW.wording,
            NEW.contents, NEW.sha256)
        IS NOT DISTINCT FROM (OLD.id, OLD.number, OLD.year, OLD.issued_at, OLD.recorded_at,
            OLD.wording, OLD.contents, OLD.sha256)
        AND (OLD.replaced_at IS NULL OR NEW.replaced_at IS NOT DISTINCT FROM OLD.replaced_at)
        AND ((NEW.text, NEW.salt, NEW.erased_at)
                IS NOT DISTINCT FROM (OLD.text, OLD.salt, OLD.erased_at)
            OR (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A yearly statement stays as it was issued.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER donations_hold BEFORE INSERT OR UPDATE OR DELETE ON donations_yearstatement
    FOR EACH ROW EXECUTE FUNCTION donations_hold_year();
CREATE TRIGGER donations_hold_all BEFORE TRUNCATE ON donations_yearstatement
    FOR EACH STATEMENT EXECUTE FUNCTION donations_hold_year();

CREATE FUNCTION donations_hold_year_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.is_live AND NOT NEW.is_live
        AND (NEW.id, NEW.statement_id, NEW.receipt_id)
            = (OLD.id, OLD.statement_id, OLD.receipt_id)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A line of a yearly statement stays.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER donations_hold BEFORE UPDATE OR DELETE ON donations_yearline
    FOR EACH ROW EXECUTE FUNCTION donations_hold_year_line();
CREATE TRIGGER donations_hold_all BEFORE TRUNCATE ON donations_yearline
    FOR EACH STATEMENT EXECUTE FUNCTION donations_hold_year_line();
"""
REVERSE = """
DROP TRIGGER donations_hold ON donations_yearline;
DROP TRIGGER donations_hold_all ON donations_yearline;
DROP FUNCTION donations_hold_year_line();
DROP TRIGGER donations_hold ON donations_yearstatement;
DROP TRIGGER donations_hold_all ON donations_yearstatement;
DROP FUNCTION donations_hold_year();
"""


class Migration(migrations.Migration):
    """What a donor has on paper cannot be another thing here."""

    dependencies = [("donations", "0006_yearly_statements")]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
