"""A gift is in its campaign's currency; what gifts count for is added up by the database."""

from django.db import migrations

# One function for each event: the rows of before and after exist only where they may.
FORWARD = """
ALTER TABLE donations_campaign ADD CONSTRAINT campaign_and_currency UNIQUE (id, currency);
ALTER TABLE donations_gift ADD CONSTRAINT gift_in_its_campaigns_currency
    FOREIGN KEY (campaign_id, currency) REFERENCES donations_campaign (id, currency);

CREATE FUNCTION donations_tally_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO donations_campaigntally AS tally (campaign_id, raised_amount, gift_count)
    SELECT campaign_id, sum(counted_amount), count(*) FROM new_rows
    WHERE campaign_id IS NOT NULL AND counted_amount > 0
    GROUP BY campaign_id ORDER BY campaign_id
    ON CONFLICT (campaign_id) DO UPDATE SET
        raised_amount = tally.raised_amount + excluded.raised_amount,
        gift_count = tally.gift_count + excluded.gift_count;
    RETURN NULL;
END $$;

CREATE FUNCTION donations_tally_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    change record;
BEGIN
    FOR change IN
        SELECT campaign_id, sum(amount) AS amount, sum(gifts) AS gifts FROM (
            SELECT campaign_id, counted_amount AS amount, (counted_amount > 0)::int AS gifts
            FROM new_rows WHERE campaign_id IS NOT NULL
            UNION ALL
            SELECT campaign_id, -counted_amount, -(counted_amount > 0)::int
            FROM old_rows WHERE campaign_id IS NOT NULL
        ) changes
        GROUP BY campaign_id HAVING sum(amount) <> 0 OR sum(gifts) <> 0
        ORDER BY campaign_id
    LOOP
        INSERT INTO donations_campaigntally (campaign_id, raised_amount, gift_count)
        VALUES (change.campaign_id, 0, 0) ON CONFLICT (campaign_id) DO NOTHING;
        UPDATE donations_campaigntally
        SET raised_amount = raised_amount + change.amount, gift_count = gift_count + change.gifts
        WHERE campaign_id = change.campaign_id;
    END LOOP;
    RETURN NULL;
END $$;

CREATE TRIGGER tally_new AFTER INSERT ON donations_gift REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION donations_tally_new();
CREATE TRIGGER tally_change AFTER UPDATE ON donations_gift
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION donations_tally_change();
"""
BACK = """
DROP TRIGGER tally_change ON donations_gift;
DROP TRIGGER tally_new ON donations_gift;
DROP FUNCTION donations_tally_change();
DROP FUNCTION donations_tally_new();
ALTER TABLE donations_gift DROP CONSTRAINT gift_in_its_campaigns_currency;
ALTER TABLE donations_campaign DROP CONSTRAINT campaign_and_currency;
"""


class Migration(migrations.Migration):
    dependencies = [("donations", "0015_campaigns")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
