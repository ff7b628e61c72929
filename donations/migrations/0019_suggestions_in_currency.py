"""A campaign's suggested amount is in its campaign's currency."""

from django.db import migrations

FORWARD = """
ALTER TABLE donations_suggestion ADD CONSTRAINT suggestion_in_its_campaigns_currency
    FOREIGN KEY (campaign_id, currency) REFERENCES donations_campaign (id, currency);
"""
BACK = """
ALTER TABLE donations_suggestion DROP CONSTRAINT suggestion_in_its_campaigns_currency;
"""


class Migration(migrations.Migration):
    dependencies = [("donations", "0018_suggested_amounts")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
