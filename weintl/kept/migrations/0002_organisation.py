"""The organisation stands in every page; its own app lies below this one."""

from django.db import migrations

from weintl.kept.watching import watch


class Migration(migrations.Migration):
    dependencies = [
        ("kept", "0001_content_changes"),
        ("organisation", "0002_shipping_rate"),
    ]

    operations = [watch("organisation_organisation")]
