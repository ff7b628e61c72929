"""A place that no one has a word for is refused."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("media", "0005_watched")]

    operations = [
        migrations.AddConstraint(
            model_name="consentrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("place__in", ["none", "country", "region"])),
                name="consent_place_known",
            ),
        ),
    ]
