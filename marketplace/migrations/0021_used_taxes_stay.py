"""A tax rule or voucher that an order used is only ended; an order's taxes are frozen."""

from django.db import migrations

USED = """
CREATE TRIGGER tax_rule_used_stays BEFORE UPDATE ON marketplace_taxrule
    FOR EACH ROW EXECUTE FUNCTION
        marketplace_used_stays('marketplace_ordertax', 'rule_id', '{}');
CREATE TRIGGER voucher_used_stays BEFORE UPDATE ON marketplace_voucher
    FOR EACH ROW EXECUTE FUNCTION
        marketplace_used_stays('marketplace_voucheruse', 'voucher_id', '{uses,total_uses,note}');
CREATE FUNCTION order_tax_stays_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Tax % of an order is frozen: % is refused.', OLD.id, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER order_tax_frozen BEFORE UPDATE OR DELETE ON marketplace_ordertax
    FOR EACH ROW EXECUTE FUNCTION order_tax_stays_frozen();
"""
USED_REVERSE = """
DROP TRIGGER order_tax_frozen ON marketplace_ordertax;
DROP FUNCTION order_tax_stays_frozen();
DROP TRIGGER voucher_used_stays ON marketplace_voucher;
DROP TRIGGER tax_rule_used_stays ON marketplace_taxrule;
"""


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0020_taxes_vouchers_gifts")]

    operations = [migrations.RunSQL(USED, USED_REVERSE)]
