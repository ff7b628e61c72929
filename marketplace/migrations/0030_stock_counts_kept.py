"""What was counted stays as it was written; only who did it may be forgotten."""

from django.db import migrations

COUNTS = """
CREATE TRIGGER stock_count_stays BEFORE UPDATE OR DELETE ON marketplace_stockcount
    FOR EACH ROW EXECUTE FUNCTION marketplace_sent_stays('{}', '{counted_by_id}');
CREATE TRIGGER stock_count_line_stays BEFORE UPDATE OR DELETE ON marketplace_stockcountline
    FOR EACH ROW EXECUTE FUNCTION marketplace_sent_stays('{}', '{}');
"""
COUNTS_REVERSE = """
DROP TRIGGER stock_count_line_stays ON marketplace_stockcountline;
DROP TRIGGER stock_count_stays ON marketplace_stockcount;
"""


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0029_stock_counts")]

    operations = [migrations.RunSQL(COUNTS, COUNTS_REVERSE)]
