"""A rate by which an order was placed is only ended; what pages show of delivery is watched."""

from django.db import migrations

from weintl.kept.watching import watch

# Its arguments: the table and column that use the row, and columns that may change all the same.
# Deleting is refused by the foreign key.
USED = """
CREATE FUNCTION marketplace_used_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    used boolean;
    free text[] := TG_ARGV[2]::text[] || 'effective'::text;
BEGIN
    IF to_jsonb(NEW) - free = to_jsonb(OLD) - free
       AND lower(NEW.effective) IS NOT DISTINCT FROM lower(OLD.effective) THEN
        RETURN NEW;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE %I = $1)', TG_ARGV[0], TG_ARGV[1])
        INTO used USING OLD.id;
    IF used THEN
        RAISE EXCEPTION 'Row % of % was used: it is only ended.', OLD.id, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER shipping_rate_used_stays BEFORE UPDATE ON marketplace_shippingrate
    FOR EACH ROW EXECUTE FUNCTION
        marketplace_used_stays('marketplace_order', 'shipping_rate_id', '{}');
"""
USED_REVERSE = """
DROP TRIGGER shipping_rate_used_stays ON marketplace_shippingrate;
DROP FUNCTION marketplace_used_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0018_flat_rate_as_zone"),
        ("kept", "0001_content_changes"),
    ]

    operations = [
        migrations.RunSQL(USED, USED_REVERSE),
        watch(
            "marketplace_shippingzone",
            "marketplace_zonecountry",
            "marketplace_shippingrate",
            "marketplace_unservedcountry",
        ),
    ]
