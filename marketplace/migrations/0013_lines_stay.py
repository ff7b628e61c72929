"""No line comes into a received delivery, moved there or written while it is received."""

from django.db import migrations

# FOR SHARE: a delivery that is being received is awaited, and its line is looked at anew.
LINES = """
CREATE OR REPLACE FUNCTION marketplace_guard_delivery_line() RETURNS trigger LANGUAGE plpgsql
AS $$
DECLARE
    each record;
BEGIN
    FOR each IN
        SELECT id, received_at FROM marketplace_delivery
        WHERE id IN (
            CASE WHEN TG_OP <> 'INSERT' THEN OLD.delivery_id END,
            CASE WHEN TG_OP <> 'DELETE' THEN NEW.delivery_id END
        )
        ORDER BY id FOR SHARE
    LOOP
        IF each.received_at IS NOT NULL THEN
            RAISE EXCEPTION 'Delivery % is received and stays as it is.', each.id
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""
LINES_REVERSE = """
CREATE OR REPLACE FUNCTION marketplace_guard_delivery_line() RETURNS trigger LANGUAGE plpgsql
AS $$
DECLARE
    line marketplace_deliveryline := CASE WHEN TG_OP = 'INSERT' THEN NEW ELSE OLD END;
BEGIN
    IF EXISTS (
        SELECT FROM marketplace_delivery
        WHERE id = line.delivery_id AND received_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'Delivery % is received and stays as it is.', line.delivery_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0012_published_is_whole")]

    operations = [migrations.RunSQL(LINES, LINES_REVERSE)]
