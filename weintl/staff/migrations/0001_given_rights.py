"""Each right of the table of groups is given once, and recorded."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="GivenRight",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("group", models.CharField(max_length=150, verbose_name="group")),
                ("right", models.CharField(max_length=200, verbose_name="right")),
            ],
            options={
                "verbose_name": "right given to a group",
                "verbose_name_plural": "rights given to groups",
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="givenright",
            constraint=models.UniqueConstraint(fields=("group", "right"), name="given_right_once"),
        ),
    ]
