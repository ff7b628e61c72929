"""The one rate of before becomes that of all countries."""

from django.conf import settings
from django.db import migrations
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange


def keep_rate(apps, schema_editor):
    organisation = apps.get_model("organisation", "Organisation").objects.first()
    zone = apps.get_model("marketplace", "ShippingZone").objects.create(
        name="All countries", is_default=True
    )
    apps.get_model("marketplace", "ShippingRate").objects.create(
        zone=zone,
        amount=organisation.shipping_flat_amount if organisation else 800,
        currency=settings.BASE_CURRENCY,
        effective=DateTimeTZRange(None, None),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0017_shipping_zones"),
        ("organisation", "0002_shipping_rate"),
    ]
    # The rate is read before its column goes.
    run_before = [("organisation", "0003_no_flat_rate")]

    operations = [migrations.RunPython(keep_rate, migrations.RunPython.noop)]
