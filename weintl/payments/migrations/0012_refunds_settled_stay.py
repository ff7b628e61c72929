"""What the provider took for a refund, and gave back, never changes once it said so."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION payments_hold_settled_refund() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.settled_amount IS NOT NULL
        AND (NEW.settled_amount, NEW.settled_currency)
            IS DISTINCT FROM (OLD.settled_amount, OLD.settled_currency))
       OR (OLD.failure_settled_amount IS NOT NULL
        AND NEW.failure_settled_amount IS DISTINCT FROM OLD.failure_settled_amount) THEN
        RAISE EXCEPTION 'refund %: what the provider settled never changes', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_hold_settled_refund BEFORE UPDATE ON payments_refund
    FOR EACH ROW EXECUTE FUNCTION payments_hold_settled_refund();
"""

REVERSE = """
DROP TRIGGER payments_hold_settled_refund ON payments_refund;
DROP FUNCTION payments_hold_settled_refund();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0011_refunds_settled")]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
