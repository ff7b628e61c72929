"""The database itself holds the moves between states and what may never change."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION payments_hold_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.public_id, NEW.purpose, NEW.reference, NEW.amount, NEW.currency)
       IS DISTINCT FROM
       (OLD.public_id, OLD.purpose, OLD.reference, OLD.amount, OLD.currency) THEN
        RAISE EXCEPTION 'payment %: what is paid for, and how much, never changes', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    IF (OLD.succeeded_at IS NOT NULL AND NEW.succeeded_at IS DISTINCT FROM OLD.succeeded_at)
       OR (OLD.balance_transaction_id IS NOT NULL
           AND (NEW.balance_transaction_id, NEW.settled_currency, NEW.settled_amount,
                NEW.fee_amount, NEW.net_amount)
               IS DISTINCT FROM
               (OLD.balance_transaction_id, OLD.settled_currency, OLD.settled_amount,
                OLD.fee_amount, OLD.net_amount))
       OR (OLD.session_id IS NOT NULL AND NEW.session_id IS DISTINCT FROM OLD.session_id)
       OR (OLD.intent_id IS NOT NULL AND NEW.intent_id IS DISTINCT FROM OLD.intent_id)
       OR (OLD.charge_id IS NOT NULL AND NEW.charge_id IS DISTINCT FROM OLD.charge_id) THEN
        RAISE EXCEPTION 'payment %: what the provider settled never changes', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state IS DISTINCT FROM OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('created', 'open'), ('created', 'processing'), ('created', 'succeeded'),
        ('created', 'failed'), ('created', 'expired'),
        ('open', 'processing'), ('open', 'succeeded'), ('open', 'failed'), ('open', 'expired'),
        ('processing', 'succeeded'), ('processing', 'failed'),
        ('failed', 'processing'), ('failed', 'succeeded'),
        ('expired', 'processing'), ('expired', 'succeeded'), ('expired', 'failed')
    ) THEN
        RAISE EXCEPTION 'payment %: % cannot become %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_hold_payment BEFORE UPDATE ON payments_payment
    FOR EACH ROW EXECUTE FUNCTION payments_hold_payment();

CREATE FUNCTION payments_hold_refund() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.payment_id, NEW.request_key, NEW.amount, NEW.currency, NEW.is_external)
       IS DISTINCT FROM
       (OLD.payment_id, OLD.request_key, OLD.amount, OLD.currency, OLD.is_external)
       OR (OLD.refund_id IS NOT NULL AND NEW.refund_id IS DISTINCT FROM OLD.refund_id) THEN
        RAISE EXCEPTION 'refund %: what goes back, and how much, never changes', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state IS DISTINCT FROM OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('requested', 'pending'), ('requested', 'succeeded'), ('requested', 'refused'),
        ('pending', 'succeeded'), ('pending', 'failed'),
        ('succeeded', 'failed'),
        ('refused', 'pending'), ('refused', 'succeeded')
    ) THEN
        RAISE EXCEPTION 'refund %: % cannot become %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_hold_refund BEFORE UPDATE ON payments_refund
    FOR EACH ROW EXECUTE FUNCTION payments_hold_refund();

CREATE FUNCTION payments_hold_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.event_id, NEW.type, NEW.object_id, NEW.is_live, NEW.occurred_at, NEW.received_at)
       IS DISTINCT FROM
       (OLD.event_id, OLD.type, OLD.object_id, OLD.is_live, OLD.occurred_at, OLD.received_at) THEN
        RAISE EXCEPTION 'event %: what arrived never changes', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state IN ('processed', 'ignored') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'event %: % is for ever', OLD.id, OLD.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_hold_event BEFORE UPDATE ON payments_webhookevent
    FOR EACH ROW EXECUTE FUNCTION payments_hold_event();
"""

REVERSE = """
DROP TRIGGER payments_hold_event ON payments_webhookevent;
DROP FUNCTION payments_hold_event();
DROP TRIGGER payments_hold_refund ON payments_refund;
DROP FUNCTION payments_hold_refund();
DROP TRIGGER payments_hold_payment ON payments_payment;
DROP FUNCTION payments_hold_payment();
"""


class Migration(migrations.Migration):
    """A row that contradicts the table of moves cannot be written, whoever writes it."""

    dependencies = [("payments", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
