"""What left for our bank stays written down as it left."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION payments_hold_provider_payout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.payout_id, NEW.amount, NEW.currency, NEW.created_at)
       IS DISTINCT FROM (OLD.payout_id, OLD.amount, OLD.currency, OLD.created_at)
       OR (OLD.balance_transaction_id IS NOT NULL
           AND (NEW.balance_transaction_id, NEW.settled_at)
               IS DISTINCT FROM (OLD.balance_transaction_id, OLD.settled_at))
       OR (OLD.failure_balance_transaction_id IS NOT NULL
           AND (NEW.failure_balance_transaction_id, NEW.failed_at)
               IS DISTINCT FROM (OLD.failure_balance_transaction_id, OLD.failed_at)) THEN
        RAISE EXCEPTION 'provider payout %: what the provider settled never changes', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_hold_provider_payout BEFORE UPDATE ON payments_providerpayout
    FOR EACH ROW EXECUTE FUNCTION payments_hold_provider_payout();

CREATE FUNCTION payments_hold_payout_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.provider_payout_id, NEW.transaction_id, NEW.category, NEW.amount, NEW.fee_amount,
            NEW.net_amount, NEW.currency, NEW.source_id, NEW.occurred_at)
       IS DISTINCT FROM (OLD.provider_payout_id, OLD.transaction_id, OLD.category, OLD.amount,
            OLD.fee_amount, OLD.net_amount, OLD.currency, OLD.source_id, OLD.occurred_at) THEN
        RAISE EXCEPTION 'item % of a provider payout stays as the provider told it', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_hold_payout_item BEFORE UPDATE ON payments_providerpayoutitem
    FOR EACH ROW EXECUTE FUNCTION payments_hold_payout_item();

CREATE TRIGGER payments_rows_stay BEFORE DELETE OR TRUNCATE ON payments_providerpayout
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse_removal();
CREATE TRIGGER payments_rows_stay BEFORE DELETE OR TRUNCATE ON payments_providerpayoutitem
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse_removal();
"""

REVERSE = """
DROP TRIGGER payments_rows_stay ON payments_providerpayoutitem;
DROP TRIGGER payments_rows_stay ON payments_providerpayout;
DROP TRIGGER payments_hold_payout_item ON payments_providerpayoutitem;
DROP FUNCTION payments_hold_payout_item();
DROP TRIGGER payments_hold_provider_payout ON payments_providerpayout;
DROP FUNCTION payments_hold_provider_payout();
"""


class Migration(migrations.Migration):
    """As with payments and events: no row is removed, none tells another story later."""

    dependencies = [("payments", "0005_provider_payouts")]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
