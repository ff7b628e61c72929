"""A repeated payment goes its way forward; what it is for and whose it is stays."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION payments_hold_subscription() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND NEW.public_id = OLD.public_id AND NEW.purpose = OLD.purpose
       AND NEW.reference = OLD.reference AND NEW.currency = OLD.currency
       AND NEW.interval = OLD.interval AND NEW.created_at = OLD.created_at
       AND (OLD.subscription_id IS NULL OR NEW.subscription_id = OLD.subscription_id)
       AND (OLD.state <> 'ended' OR NEW.state = 'ended')
       AND (OLD.state = 'created' OR NEW.state <> 'created') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of repeated payment % is refused.', TG_OP, OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER subscription_stays BEFORE UPDATE OR DELETE ON payments_subscription
    FOR EACH ROW EXECUTE FUNCTION payments_hold_subscription();
"""
BACKWARD = """
DROP TRIGGER subscription_stays ON payments_subscription;
DROP FUNCTION payments_hold_subscription();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0009_subscriptions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
