"""What was moved and what was frozen stays as it was written."""

from django.db import migrations

MOVES = """
CREATE FUNCTION stock_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The one change allowed: forgetting who did it, when that person's account is deleted.
    IF TG_OP = 'UPDATE' AND TG_LEVEL = 'ROW' AND NEW.actor_id IS NULL
       AND to_jsonb(NEW) - 'actor_id' = to_jsonb(OLD) - 'actor_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of % is refused: moves are kept as they were written.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER stock_move_kept BEFORE UPDATE OR DELETE ON marketplace_stockmove
    FOR EACH ROW EXECUTE FUNCTION stock_refuse_change();
CREATE TRIGGER stock_move_all_kept BEFORE TRUNCATE ON marketplace_stockmove
    FOR EACH STATEMENT EXECUTE FUNCTION stock_refuse_change();
"""
MOVES_REVERSE = """
DROP TRIGGER stock_move_all_kept ON marketplace_stockmove;
DROP TRIGGER stock_move_kept ON marketplace_stockmove;
DROP FUNCTION stock_refuse_change();
"""

# A piece's cents are in the ledger: only its state may change.
UNITS = """
CREATE FUNCTION unit_stays_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - '{state,sent_at,delivered_at}'::text[]
       = to_jsonb(OLD) - '{state,sent_at,delivered_at}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Piece % is frozen: % is refused.', OLD.id, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER unit_frozen BEFORE UPDATE OR DELETE ON marketplace_unit
    FOR EACH ROW EXECUTE FUNCTION unit_stays_frozen();
"""
UNITS_REVERSE = """
DROP TRIGGER unit_frozen ON marketplace_unit;
DROP FUNCTION unit_stays_frozen();
"""


class Migration(migrations.Migration):
    """Triggers of stock moves and pieces."""

    dependencies = [("marketplace", "0001_initial")]

    operations = [
        migrations.RunSQL(MOVES, MOVES_REVERSE),
        migrations.RunSQL(UNITS, UNITS_REVERSE),
    ]
