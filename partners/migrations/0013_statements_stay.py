"""Statements, their lines, and files for the bank are written once and stay."""

from django.db import migrations

TABLES = ("statement", "statementline", "bankfile", "bankfilepayout")

FORWARD = "".join(
    f"CREATE TRIGGER partners_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON partners_{table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();"
    for table in TABLES
)
REVERSE = "".join(f"DROP TRIGGER partners_stay ON partners_{table};" for table in TABLES)

COUNTER = """
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
COUNTER_REVERSE = """
DROP TRIGGER partners_hold ON partners_statement;
DROP FUNCTION partners_hold_statement_number();
DROP TRIGGER partners_hold ON partners_statementcounter;
DROP FUNCTION partners_hold_statement_counter();
"""


class Migration(migrations.Migration):
    """What a partner has on paper cannot be another thing here."""

    dependencies = [("partners", "0012_statements")]

    operations = [
        migrations.RunSQL(FORWARD, REVERSE),
        migrations.RunSQL(COUNTER, COUNTER_REVERSE),
    ]
