"""One table of numbers for all papers; it goes up by one, and a paper bears its last."""

from django.db import migrations, models

HOLD = """
CREATE FUNCTION papers_hold_counter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('DELETE', 'TRUNCATE')
        OR TG_OP = 'INSERT' AND NEW.last <> 1
        OR TG_OP = 'UPDATE' AND (NEW.series, NEW.year, NEW.last)
            IS DISTINCT FROM (OLD.series, OLD.year, OLD.last + 1)
    THEN
        RAISE EXCEPTION 'Numbers of papers go up by one.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER papers_hold BEFORE INSERT OR UPDATE OR DELETE ON papers_counter
    FOR EACH ROW EXECUTE FUNCTION papers_hold_counter();
CREATE TRIGGER papers_hold_all BEFORE TRUNCATE ON papers_counter
    FOR EACH STATEMENT EXECUTE FUNCTION papers_hold_counter();

CREATE FUNCTION papers_hold_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM papers_counter c
        WHERE c.series = NEW.series AND c.year = NEW.year AND c.last = NEW.sequence
    ) THEN
        RAISE EXCEPTION '% does not bear the next number.', NEW.number
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
LET_GO = """
DROP FUNCTION papers_hold_number();
DROP TRIGGER papers_hold ON papers_counter;
DROP TRIGGER papers_hold_all ON papers_counter;
DROP FUNCTION papers_hold_counter();
"""


class Migration(migrations.Migration):
    """`papers_hold_number` is for tables with series, year, sequence and number."""

    dependencies = [("papers", "0001_papers")]

    operations = [
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("series", models.CharField(max_length=4)),
                ("year", models.PositiveIntegerField()),
                ("last", models.PositiveIntegerField()),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("series", "year"), name="paper_counter_once")
                ],
            },
        ),
        migrations.RunSQL(HOLD, LET_GO),
    ]
