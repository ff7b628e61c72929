"""Statements take their numbers where all papers do; those that were given out stay given."""

from django.db import migrations

MOVE = """
ALTER TABLE {there} DISABLE TRIGGER USER;
INSERT INTO {there} (series, year, last) SELECT series, year, last FROM {here}
    ON CONFLICT (series, year) DO UPDATE SET last = excluded.last;
ALTER TABLE {there} ENABLE TRIGGER USER;
"""
THERE = MOVE.format(there="papers_counter", here="partners_statementcounter")
BACK = MOVE.format(
    there="partners_statementcounter",
    here="papers_counter WHERE (series, year) IN (SELECT series, year FROM partners_statement)",
)

NUMBER = """
DROP TRIGGER partners_hold ON partners_statement;
DROP FUNCTION partners_hold_statement_number();
CREATE TRIGGER papers_hold_number BEFORE INSERT ON partners_statement
    FOR EACH ROW EXECUTE FUNCTION papers_hold_number();
DROP TRIGGER partners_hold ON partners_statementcounter;
DROP FUNCTION partners_hold_statement_counter();
"""
NUMBER_BACK = """
DROP TRIGGER papers_hold_number ON partners_statement;
CREATE FUNCTION partners_hold_statement_counter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR TG_OP = 'INSERT' AND NEW.last <> 1
        OR TG_OP = 'UPDATE' AND (NEW.series, NEW.year, NEW.last)
            IS DISTINCT FROM (OLD.series, OLD.year, OLD.last + 1)
    THEN
        RAISE EXCEPTION 'Numbers of statements go up by one.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_hold BEFORE INSERT OR UPDATE OR DELETE ON partners_statementcounter
    FOR EACH ROW EXECUTE FUNCTION partners_hold_statement_counter();
CREATE FUNCTION partners_hold_statement_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM partners_statementcounter c
        WHERE c.series = NEW.series AND c.year = NEW.year AND c.last = NEW.sequence
    ) THEN
        RAISE EXCEPTION 'Statement % does not bear the next number.', NEW.number
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partners_hold BEFORE INSERT ON partners_statement
    FOR EACH ROW EXECUTE FUNCTION partners_hold_statement_number();
"""


class Migration(migrations.Migration):
    """One rule in one place: weintl.papers."""

    dependencies = [("partners", "0027_entries_of_losses"), ("papers", "0002_counter")]

    operations = [
        migrations.RunSQL(THERE, migrations.RunSQL.noop),
        migrations.RunSQL(NUMBER, NUMBER_BACK),
        migrations.RunSQL(migrations.RunSQL.noop, BACK),
        migrations.DeleteModel(name="StatementCounter"),
    ]
