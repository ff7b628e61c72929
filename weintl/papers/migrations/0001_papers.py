"""Kept papers, and the trigger that holds them."""

import django.db.models.functions.datetime
from django.db import migrations, models
from django.db.models import Q

HOLD = """
CREATE FUNCTION papers_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
        AND (NEW.id, NEW.key, NEW.sha256, NEW.made_at)
            = (OLD.id, OLD.key, OLD.sha256, OLD.made_at)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A kept paper stays as it was made.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER papers_hold BEFORE UPDATE OR DELETE ON papers_paper
    FOR EACH ROW EXECUTE FUNCTION papers_hold();
CREATE TRIGGER papers_hold_all BEFORE TRUNCATE ON papers_paper
    FOR EACH STATEMENT EXECUTE FUNCTION papers_hold();
"""
LET_GO = """
DROP TRIGGER papers_hold ON papers_paper;
DROP TRIGGER papers_hold_all ON papers_paper;
DROP FUNCTION papers_hold();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200, unique=True)),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.BinaryField(null=True)),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(content__isnull=False, erased_at__isnull=True)
                        | Q(content__isnull=True, erased_at__isnull=False),
                        name="paper_content_unless_erased",
                    ),
                ],
            },
        ),
        migrations.RunSQL(HOLD, LET_GO),
    ]
