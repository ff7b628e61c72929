"""What pages show is watched: a change ends what is kept of them."""

from django.db import migrations

from weintl.kept.watching import watch

# Pages tell whether a piece is to be had, not how many there are.
SOLD_OUT = """
CREATE TRIGGER content_changed AFTER UPDATE ON marketplace_stock FOR EACH ROW
    WHEN ((OLD.owned + OLD.consigned + OLD.backorder_limit - OLD.held - OLD.allocated > 0)
       <> (NEW.owned + NEW.consigned + NEW.backorder_limit - NEW.held - NEW.allocated > 0))
    EXECUTE FUNCTION content_changed();
CREATE TRIGGER content_begun AFTER INSERT OR DELETE ON marketplace_stock
    FOR EACH ROW EXECUTE FUNCTION content_changed();
CREATE TRIGGER content_emptied AFTER TRUNCATE ON marketplace_stock
    FOR EACH STATEMENT EXECUTE FUNCTION content_changed();
"""
SOLD_OUT_REVERSE = """
DROP TRIGGER content_emptied ON marketplace_stock;
DROP TRIGGER content_begun ON marketplace_stock;
DROP TRIGGER content_changed ON marketplace_stock;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0005_likeness_of_headings"),
        ("kept", "0001_content_changes"),
    ]

    operations = [
        watch(
            "marketplace_category",
            "marketplace_product",
            "marketplace_productpicture",
            "marketplace_variant",
        ),
        migrations.RunSQL(SOLD_OUT, SOLD_OUT_REVERSE),
    ]
