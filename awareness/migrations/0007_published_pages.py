"""Pages that had a time of publication were public; say so in their state."""

from django.db import migrations


def publish(apps, schema_editor):
    for name in ("Page", "HistoricalPage"):
        rows = apps.get_model("awareness", name).objects
        rows.filter(published_at__isnull=False).update(state="published")


class Migration(migrations.Migration):
    dependencies = [("awareness", "0006_page_states")]

    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
