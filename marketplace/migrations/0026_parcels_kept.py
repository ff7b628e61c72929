"""A parcel that left the house keeps its pieces; what a buyer was told of a delay stays told."""

from django.db import migrations

PARCELS = """
CREATE FUNCTION marketplace_shipment_unit_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM marketplace_shipment s
        JOIN marketplace_orderline l ON l.order_id = s.order_id
        JOIN marketplace_unit u ON u.line_id = l.id
        WHERE s.id = NEW.shipment_id AND u.id = NEW.unit_id AND u.sent_at = s.sent_at
    ) THEN
        RAISE EXCEPTION 'Piece % did not leave with parcel %.', NEW.unit_id, NEW.shipment_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER shipment_unit_fits BEFORE INSERT ON marketplace_shipmentunit
    FOR EACH ROW EXECUTE FUNCTION marketplace_shipment_unit_fits();
-- Its arguments: columns that may change; and one that may only be emptied: who did it.
CREATE FUNCTION marketplace_sent_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := TG_ARGV[0]::text[] || TG_ARGV[1]::text[];
    person text := (TG_ARGV[1]::text[])[1];
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - free = to_jsonb(OLD) - free
       AND (person IS NULL OR to_jsonb(NEW) ->> person IS NULL
            OR to_jsonb(NEW) -> person = to_jsonb(OLD) -> person)
       AND (to_jsonb(OLD) ->> 'delivered_at' IS NULL
            OR to_jsonb(NEW) -> 'delivered_at' = to_jsonb(OLD) -> 'delivered_at') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% of row % of % is refused.', TG_OP, OLD.id, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER shipment_unit_stays BEFORE UPDATE OR DELETE ON marketplace_shipmentunit
    FOR EACH ROW EXECUTE FUNCTION marketplace_sent_stays('{}', '{}');
CREATE TRIGGER shipment_stays BEFORE UPDATE OR DELETE ON marketplace_shipment
    FOR EACH ROW EXECUTE FUNCTION marketplace_sent_stays(
        '{carrier_id,tracking_number,expected_from,expected_to,delivered_at}', '{sent_by_id}');
CREATE TRIGGER delay_stays BEFORE UPDATE OR DELETE ON marketplace_delay
    FOR EACH ROW EXECUTE FUNCTION marketplace_sent_stays('{}', '{said_by_id}');
"""
PARCELS_REVERSE = """
DROP TRIGGER delay_stays ON marketplace_delay;
DROP TRIGGER shipment_stays ON marketplace_shipment;
DROP TRIGGER shipment_unit_stays ON marketplace_shipmentunit;
DROP FUNCTION marketplace_sent_stays();
DROP TRIGGER shipment_unit_fits ON marketplace_shipmentunit;
DROP FUNCTION marketplace_shipment_unit_fits();
"""


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0025_parcels")]

    operations = [migrations.RunSQL(PARCELS, PARCELS_REVERSE)]
