"""A request to return pieces goes its way forward only, and stays for one order's pieces."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION marketplace_hold_return() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{state,words,answer,answered_at,answered_by_id,received_at,received_by_id,
                     refund_id}';
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - free = to_jsonb(OLD) - free
       AND (NEW.words = OLD.words OR NEW.words = '')
       AND (NEW.state = OLD.state OR OLD.state || ' ' || NEW.state IN (
            'asked agreed', 'asked declined', 'asked withdrawn', 'asked refunded',
            'agreed received', 'agreed declined', 'agreed withdrawn', 'agreed refunded',
            'received declined', 'received refunded')) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of a return is refused (% of row %).', TG_OP, TG_TABLE_NAME, OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER return_stays BEFORE UPDATE OR DELETE ON marketplace_returnrequest
    FOR EACH ROW EXECUTE FUNCTION marketplace_hold_return();
CREATE FUNCTION marketplace_hold_return_piece() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (
            SELECT FROM marketplace_returnrequest r
            JOIN marketplace_orderline l ON l.order_id = r.order_id
            JOIN marketplace_unit u ON u.line_id = l.id
            WHERE r.id = NEW.request_id AND u.id = NEW.unit_id AND u.sent_at IS NOT NULL
        ) THEN
            RAISE EXCEPTION 'Piece % was not sent with this order.', NEW.unit_id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.request_id = OLD.request_id AND NEW.unit_id = OLD.unit_id
       AND (NEW.condition = OLD.condition OR OLD.condition = '')
       AND (OLD.is_open OR NOT NEW.is_open) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of a returned piece is refused (row %).', TG_OP, OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER return_piece_stays BEFORE INSERT OR UPDATE OR DELETE ON marketplace_returnpiece
    FOR EACH ROW EXECUTE FUNCTION marketplace_hold_return_piece();
"""
BACKWARD = """
DROP TRIGGER return_piece_stays ON marketplace_returnpiece;
DROP FUNCTION marketplace_hold_return_piece();
DROP TRIGGER return_stays ON marketplace_returnrequest;
DROP FUNCTION marketplace_hold_return();
"""


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0041_return_requests")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
