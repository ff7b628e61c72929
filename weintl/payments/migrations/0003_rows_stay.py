"""What arrived and what was paid stays written down."""

from django.db import migrations

TABLES = ("payments_payment", "payments_refund", "payments_dispute", "payments_webhookevent")

FUNCTIONS = """
CREATE FUNCTION payments_refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: its rows stay.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION payments_hold_dispute() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.payment_id, NEW.dispute_id, NEW.amount, NEW.currency, NEW.opened_at)
       IS DISTINCT FROM
       (OLD.payment_id, OLD.dispute_id, OLD.amount, OLD.currency, OLD.opened_at) THEN
        RAISE EXCEPTION 'dispute %: what is contested never changes', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_hold_dispute BEFORE UPDATE ON payments_dispute
    FOR EACH ROW EXECUTE FUNCTION payments_hold_dispute();
"""
FUNCTIONS_REVERSE = """
DROP TRIGGER payments_hold_dispute ON payments_dispute;
DROP FUNCTION payments_hold_dispute();
DROP FUNCTION payments_refuse_removal();
"""


def _kept(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER payments_rows_stay BEFORE DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse_removal();",
        f"DROP TRIGGER payments_rows_stay ON {table};",
    )


class Migration(migrations.Migration):
    """Bodies of events may be redacted and people forgotten; no row of these is removed."""

    dependencies = [("payments", "0002_triggers")]

    operations = [
        migrations.RunSQL(FUNCTIONS, FUNCTIONS_REVERSE),
        *(_kept(table) for table in TABLES),
    ]
