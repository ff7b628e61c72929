"""The admin's list of products is read in its order, not put in order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0027_parcels_of_before")]

    operations = [
        migrations.AddIndex(
            model_name="product",
            index=models.Index(fields=["-created_at", "id"], name="product_made"),
        ),
    ]
