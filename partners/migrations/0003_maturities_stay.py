"""From when on money may be paid out is set once."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON partners_maturity
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""
REVERSE = "DROP TRIGGER ledger_append_only ON partners_maturity;"


class Migration(migrations.Migration):
    """A maturity that is set stays: an earlier one would pay out what can still be returned."""

    dependencies = [("partners", "0002_triggers")]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
