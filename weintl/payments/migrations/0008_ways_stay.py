"""How something was paid, and what staff recorded of it, stays."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION payments_hold_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.public_id, NEW.purpose, NEW.reference, NEW.way, NEW.amount, NEW.currency)
       IS DISTINCT FROM
       (OLD.public_id, OLD.purpose, OLD.reference, OLD.way, OLD.amount, OLD.currency) THEN
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
    IF OLD.offline_reference <> '' AND NEW.offline_reference <> OLD.offline_reference THEN
        RAISE EXCEPTION 'payment %: what was recorded by hand never changes', OLD.id
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

CREATE OR REPLACE FUNCTION payments_hold_refund() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.payment_id, NEW.request_key, NEW.amount, NEW.currency, NEW.is_external)
       IS DISTINCT FROM
       (OLD.payment_id, OLD.request_key, OLD.amount, OLD.currency, OLD.is_external)
       OR (OLD.refund_id IS NOT NULL AND NEW.refund_id IS DISTINCT FROM OLD.refund_id) THEN
        RAISE EXCEPTION 'refund %: what goes back, and how much, never changes', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    -- Given back by hand, it goes in cash or by bank as staff say; then it stays so.
    IF (NEW.way = 'provider') <> (OLD.way = 'provider')
       OR (OLD.offline_reference <> ''
           AND (NEW.way, NEW.offline_reference) <> (OLD.way, OLD.offline_reference)) THEN
        RAISE EXCEPTION 'refund %: what was recorded by hand never changes', OLD.id
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
"""

REVERSE = """
CREATE OR REPLACE FUNCTION payments_hold_payment() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION payments_hold_refund() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    """The functions of 0002_triggers, which hold the ways of paying too."""

    dependencies = [("payments", "0007_way_of_paying")]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
