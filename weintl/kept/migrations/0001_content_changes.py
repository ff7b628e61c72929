"""The marks of changes, and the function that triggers of other apps call to leave one."""

import django.db.models.functions.datetime
from django.db import migrations, models

# A transaction leaves one mark, however many rows it changes.
CREATE = """
CREATE FUNCTION content_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kept_contentchange (transaction)
        VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ContentChange",
            fields=[
                ("transaction", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="contentchange_at")],
            },
        ),
        migrations.RunSQL(CREATE, "DROP FUNCTION content_changed();"),
    ]
