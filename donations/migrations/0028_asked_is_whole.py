"""What somebody asked the provider for says all that is needed to write it down."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("donations", "0027_stories_in_each_language")]
    operations = [
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=Q(asked__isnull=True)
                | Q(
                    asked__has_keys=["kind", "key", "by", "actor", "before", "amount", "at"],
                    asked__kind__in=[
                        "amount", "skipped", "unskipped", "paused", "resumed", "ended",
                    ],
                ),
                name="plan_asked_is_whole",
            ),
        )
    ]
