"""Keep with a plan what somebody asked the provider for."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('donations', '0024_refunds_settled'),
    ]

    operations = [
        migrations.AddField(
            model_name='plan',
            name='asked',
            field=models.JSONField(blank=True, editable=False, null=True),
        ),
    ]
